//! What the pictures have in common.

/// The beginning of a picture: its size, what it says to those who do not see it, its style.
pub fn begin(size: (f64, f64), title: &str, desc: &str, style: &str) -> String {
    let (width, height) = size;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"title desc\">\n  <title id=\"title\">{title}</title>\n  <desc id=\"desc\">{desc}</desc>\n  \
         <style>\n{style}\n  </style>\n"
    )
}

/// The attribute of a class, if there is one.
pub fn class(name: &str) -> String {
    match name {
        "" => String::new(),
        name => format!(" class=\"{name}\""),
    }
}
