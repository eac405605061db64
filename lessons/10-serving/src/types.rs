//! What kind of file it is, by the end of its name. The name is all we look at, as nginx and
//! Python's http.server do.

/// The media type for a file's name.
pub fn media_type(name: &str) -> &'static str {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    if stem.is_empty() {
        return UNKNOWN;
    }
    match ending.to_ascii_lowercase().as_str() {
        // Text. Without a charset, browsers guess; in this house text is UTF-8.
        "css" => "text/css; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "htm" | "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "md" | "markdown" => "text/markdown; charset=utf-8",
        "py" => "text/x-python; charset=utf-8",
        "txt" | "text" | "log" => "text/plain; charset=utf-8",
        "tsv" => "text/tab-separated-values; charset=utf-8",
        "vtt" => "text/vtt; charset=utf-8",
        // For programs. JSON is UTF-8 by its definition, XML says itself what it is.
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "wasm" => "application/wasm",
        "xml" => "application/xml",
        // Pictures
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "gif" => "image/gif",
        "ico" => "image/vnd.microsoft.icon",
        "jpe" | "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "tif" | "tiff" => "image/tiff",
        "webp" => "image/webp",
        // Sound and film
        "aac" => "audio/aac",
        "mp3" => "audio/mpeg",
        "oga" | "ogg" | "opus" => "audio/ogg",
        "wav" => "audio/x-wav",
        "mov" => "video/quicktime",
        "mp4" => "video/mp4",
        "mpeg" | "mpg" => "video/mpeg",
        "ogv" => "video/ogg",
        "webm" => "video/webm",
        // Fonts
        "otf" => "font/otf",
        "ttf" => "font/ttf",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        // Documents and archives
        "bz2" => "application/x-bzip2",
        "doc" => "application/msword",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "epub" => "application/epub+zip",
        "gz" => "application/gzip",
        "odt" => "application/vnd.oasis.opendocument.text",
        "pdf" => "application/pdf",
        "rtf" => "application/rtf",
        "tar" | "tgz" => "application/x-tar",
        "xls" => "application/vnd.ms-excel",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "xz" => "application/x-xz",
        "zip" => "application/zip",
        _ => UNKNOWN,
    }
}

/// Some bytes: a browser saves them and does not show them.
const UNKNOWN: &str = "application/octet-stream";

/// Whether there is something to gain by compressing it: pictures and archives are compressed
/// already.
pub fn is_text(media_type: &str) -> bool {
    const OTHERS: [&str; 5] = [
        "application/json",
        "application/manifest+json",
        "application/wasm",
        "application/xml",
        "image/svg+xml",
    ];
    media_type.starts_with("text/") || OTHERS.contains(&media_type)
}
