//! The site: chapters for mdBook, pages beside them, all in one folder.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use mdbook_driver::{MDBook, book::BookItem, config::Config};
use press::{report::Problem, repository::Repository};

use crate::{
    course::{self, Lesson},
    decks, exercises, finish, first,
    links::deck_page,
    pages::{self, Chapters},
    sources,
};

/// How a site is made.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the repository can be seen, such as `https://code.example/course`. With it, pages have
    /// a button to edit them.
    pub repository_url: Option<String>,
    /// The server's token. With it, exchanges can be sent and pages show what has changed.
    pub token: Option<String>,
}

/// What was made.
#[derive(Debug)]
pub struct Made {
    /// How many chapters there are.
    pub chapters: usize,
    /// What is wrong with the pages that it was made of.
    pub problems: Vec<Problem>,
}

const STYLE: &str = include_str!("assets/book.css");
const COPY: &str = include_str!("assets/copy.svg");
/// mdBook asks for elasticlunr by this name. Its own search is another.
const SEARCH: (&str, &str) = ("elasticlunr.min.js", include_str!("assets/search.js"));
const KEYS: &str = include_str!("assets/keys.js");
const BESIDE: &str = include_str!("assets/beside.js");
const RELOAD: &str = include_str!("assets/reload.js");
const STUDENT: &str = include_str!("assets/student.js");

/// What is served in place of a page that is not there. It may stand at any address.
pub(crate) const MISSING: &str = "404.html";

/// The chapters, in order.
struct Outline {
    summary: String,
    /// Their Markdown, by path.
    chapters: BTreeMap<String, String>,
    /// The file that is to be edited for a chapter, if it is another one.
    edited: BTreeMap<String, String>,
}

/// Makes the site in `out`, in the place of one that was there before.
///
/// # Errors
///
/// A sentence: what cannot be read or written, what mdBook said, or that something else is in `out`.
pub fn build(repository: &Repository, out: &Path, options: &Options) -> Result<Made, String> {
    if !may_replace(out) {
        let out = out.display();
        return Err(format!(
            "{out} holds something else than a book, and stays as it is. Name an empty folder, or one that a book was made in."
        ));
    }
    let lessons = course::lessons(repository)?;
    let mut chapters = Chapters::of(repository, options.token.is_some());
    let outline = outline(repository, &lessons, &mut chapters)?;
    let mut beside = BTreeMap::new();
    for path in press::slides::check::paths(repository)? {
        beside.insert(deck_page(&path), decks::page(&mut chapters, &path)?);
    }
    for lesson in lessons.iter().filter(|lesson| lesson.has_exercise) {
        beside.extend(exercises::solution(&mut chapters, lesson)?);
    }
    if options.token.is_some() {
        let missing = "<h1>There is no such page</h1>\n<p>It may have another address now. \
                       <a href=\"/index.html\">The first page</a> leads to all the others.</p>\n";
        let page = sources::frame_from("/", "There is no such page", "", missing);
        beside.insert(MISSING.to_owned(), page);
    }
    for lesson in lessons.iter().filter(|lesson| lesson.has_source) {
        chapters.wanted.0.insert(lesson.source());
    }
    beside.extend(sources::pages(repository, &chapters.wanted.0));

    // Beside its last place: what was there before is replaced at once.
    let parent = out.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| wrong(parent, &error))?;
    let staged = tempfile::tempdir_in(parent).map_err(|error| wrong(parent, &error))?;
    let (source, site) = (staged.path().join("pages"), staged.path().join("site"));
    for (path, text) in &outline.chapters {
        write(&source.join(path), text)?;
    }
    write(&source.join("SUMMARY.md"), &outline.summary)?;
    write(&source.join("book.css"), STYLE)?;
    write(&source.join("keys.js"), KEYS)?;
    render(&source, &site, &outline, options)?;
    write(&site.join(SEARCH.0), &search(repository)?)?;
    for path in &chapters.pictures {
        picture(repository, path, &site)?;
    }
    write(&site.join("beside.js"), BESIDE)?;
    write(&site.join("copy.svg"), COPY)?;
    if options.token.is_some() {
        write(&site.join("reload.js"), RELOAD)?;
        write(&site.join("student.js"), STUDENT)?;
    }
    finish_pages(&site, &outline, options)?;
    for (address, page) in beside {
        let page = page.replacen(
            "</head>",
            &format!("{}</head>", in_head(&address, options)),
            1,
        );
        let (before, now) = (out.join(&address), site.join(&address));
        // Most of them are as they were, and there are hundreds: to move a file is quicker than to write it.
        if !moved(&before, &now, &page) {
            write(&now, &page)?;
        }
    }
    if out.exists() {
        fs::rename(out, staged.path().join("old")).map_err(|error| wrong(out, &error))?;
    }
    fs::rename(&site, out).map_err(|error| wrong(out, &error))?;
    Ok(Made {
        chapters: outline.chapters.len(),
        problems: chapters.problems,
    })
}

/// Whether nothing would be lost: there is nothing, or a site that was made here.
fn may_replace(out: &Path) -> bool {
    let is_empty = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !out.exists(),
    };
    is_empty
        || ["toc.js", "beside.js"]
            .iter()
            .all(|file| out.join(file).is_file())
}

/// Moves a file that holds this text, if it is there.
fn moved(from: &Path, to: &Path, text: &str) -> bool {
    fs::read(from).is_ok_and(|bytes| bytes == text.as_bytes())
        && to
            .parent()
            .is_some_and(|folder| fs::create_dir_all(folder).is_ok())
        && fs::rename(from, to).is_ok()
}

fn outline(
    repository: &Repository,
    lessons: &[Lesson],
    chapters: &mut Chapters<'_>,
) -> Result<Outline, String> {
    let mut outline = Outline {
        summary: "# Summary\n\n[The course](index.md)\n".to_owned(),
        chapters: BTreeMap::new(),
        edited: BTreeMap::new(),
    };
    let readme = chapters.page("README.md", &repository.read("README.md")?);
    let mut index = first::page(repository, lessons, &readme);
    if chapters.live {
        index = pages::below_heading(&index, first::DOOR);
    }
    outline.chapters.insert("index.md".to_owned(), index);
    outline
        .edited
        .insert("index.md".to_owned(), "README.md".to_owned());

    let others = course::others(repository)?;
    let is_first = |path: &String| path.ends_with("/how-to-use.md");
    let (before, after): (Vec<_>, Vec<_>) = others.into_iter().partition(is_first);
    for path in before {
        let text = repository.read(&path)?;
        let title = course::title(&text);
        outline.summary.push_str(&format!("[{title}]({path})\n"));
        let chapter = chapters.page(&path, &text);
        outline.chapters.insert(path, chapter);
    }
    outline.summary.push_str("\n# Lessons\n\n");
    for lesson in lessons {
        outline.lesson(repository, lesson, chapters)?;
    }
    outline.summary.push_str("\n---\n\n");
    for path in after {
        let text = repository.read(&path)?;
        outline
            .summary
            .push_str(&format!("[{}]({path})\n", course::title(&text)));
        let mut chapter = chapters.page(&path, &text);
        if path == pages::GLOSSARY {
            chapter = pages::glossary(lessons, &chapter);
        }
        outline.chapters.insert(path, chapter);
    }
    let path = "CONTRIBUTING.md";
    if repository.exists(path) {
        let text = repository.read(path)?;
        outline
            .summary
            .push_str(&format!("[{}]({path})\n", course::title(&text)));
        let chapter = chapters.page(path, &text);
        outline.chapters.insert(path.to_owned(), chapter);
    }
    Ok(outline)
}

impl Outline {
    /// The note of a lesson; below it its exercise, and pages beside it.
    fn lesson(
        &mut self,
        repository: &Repository,
        lesson: &Lesson,
        chapters: &mut Chapters<'_>,
    ) -> Result<(), String> {
        let note = lesson.note();
        let chapter = chapters.page(&note, &repository.read(&note)?);
        let (number, title) = (lesson.number(), &lesson.title);
        self.summary
            .push_str(&format!("- [{number} · {title}]({note})\n"));
        let mut tasks = 0;
        if lesson.has_exercise {
            let exercise = exercises::read(repository, lesson)?;
            tasks = exercise.task.len();
            let path = lesson.exercise();
            let (wanted, live) = (&mut chapters.wanted, chapters.live);
            let page = exercises::page(repository, wanted, lesson, &exercise, live)?;
            self.summary
                .push_str(&format!("    - [{number} · Exercise]({path})\n"));
            let edited = format!("exercises/{}/exercise.toml", lesson.topic);
            self.edited.insert(path.clone(), edited);
            self.chapters.insert(path, page);
        }
        self.chapters
            .insert(note, pages::with_ways(lesson, tasks, &chapter));
        for path in course::beside(repository, lesson)? {
            let text = repository.read(&path)?;
            self.summary
                .push_str(&format!("    - [{}]({path})\n", course::title(&text)));
            let chapter = chapters.page(&path, &text);
            self.chapters.insert(path, chapter);
        }
        Ok(())
    }
}

/// What mdBook is told.
fn configuration(site: &Path, options: &Options) -> Result<Config, String> {
    let mut text = String::from(
        "[book]\ntitle = \"Web backends in Rust\"\nlanguage = \"en\"\nsrc = \"\"\n\
         [build]\ncreate-missing = false\nuse-default-preprocessors = false\n\
         [output.html]\ndefault-theme = \"light\"\npreferred-dark-theme = \"navy\"\n\
         smart-punctuation = false\ndefinition-lists = false\nadmonitions = false\n\
         additional-css = [\"book.css\"]\nadditional-js = [\"keys.js\"]\nhash-files = false\nno-section-label = true\n\
         input-404 = \"\"\n",
    );
    if let Some(url) = &options.repository_url {
        let url = url.trim_end_matches('/');
        let is_plain = |c: char| c.is_ascii_graphic() && !"\"\\<>".contains(c);
        if !url.starts_with("https://") || !url.chars().all(is_plain) {
            return Err(format!(
                "{url} is not the address of a repository, which begins with https://"
            ));
        }
        text.push_str(&format!(
            "git-repository-url = \"{url}\"\nedit-url-template = \"{url}/edit/main{{path}}\"\n"
        ));
    }
    text.push_str("[output.html.playground]\nrunnable = false\n");
    text.push_str("[output.html.search]\nlimit-results = 20\nuse-boolean-and = true\n");
    let mut config: Config = text.parse().map_err(|error| format!("mdBook: {error:#}"))?;
    config.build.build_dir = site.to_owned();
    Ok(config)
}

fn render(source: &Path, site: &Path, outline: &Outline, options: &Options) -> Result<(), String> {
    let said = |error| format!("mdBook: {error:#}");
    let config = configuration(site, options)?;
    let mut book = MDBook::load_with_config(source, config).map_err(said)?;
    book.book.for_each_mut(|item| {
        if let BookItem::Chapter(chapter) = item {
            let path = chapter.path.as_ref().and_then(|path| path.to_str());
            let edited = path.and_then(|path| outline.edited.get(&path.replace('\\', "/")));
            if let Some(edited) = edited {
                chapter.source_path = Some(PathBuf::from(edited));
            }
        }
    });
    book.build().map_err(said)
}

/// The script of the search, with the terms of the glossary.
fn search(repository: &Repository) -> Result<String, String> {
    let glossary = repository.read(pages::GLOSSARY).unwrap_or_default();
    let terms =
        serde_json::to_string(&pages::terms(&glossary)).map_err(|error| error.to_string())?;
    Ok(format!("const TERMS = {terms};\n{}", SEARCH.1))
}

/// A drawing decides by the ground it is made for, not by the system.
fn picture(repository: &Repository, path: &str, site: &Path) -> Result<(), String> {
    let Some(name) = path.strip_suffix(".svg") else {
        let bytes = repository.read_bytes(path)?;
        return write_bytes(&site.join(path), &bytes);
    };
    let text = repository.read(path)?;
    for (ground, applies) in [("light", "not all"), ("dark", "all")] {
        let decided = text.replace("(prefers-color-scheme: dark)", applies);
        write(&site.join(format!("{name}.{ground}.svg")), &decided)?;
    }
    Ok(())
}

/// The pages that mdBook has made.
fn finish_pages(site: &Path, outline: &Outline, options: &Options) -> Result<(), String> {
    let mut scripts = BTreeMap::new();
    let chapters = outline
        .chapters
        .keys()
        .map(|path| path.replace(".md", ".html"));
    for address in chapters.chain(["print.html".to_owned()]) {
        let file = site.join(&address);
        let html = fs::read_to_string(&file).map_err(|error| wrong(&file, &error))?;
        let page = finish::page(&address, &html, &in_head(&address, options), &mut scripts)?;
        write(&file, &page)?;
    }
    for (file, script) in scripts {
        write(&site.join(file), &script)?;
    }
    let contents = site.join("toc.html");
    let html = fs::read_to_string(&contents).map_err(|error| wrong(&contents, &error))?;
    write(&contents, &finish::contents(&html)?)
}

/// What a served page has in its head.
fn in_head(address: &str, options: &Options) -> String {
    let Some(token) = &options.token else {
        return String::new();
    };
    // What is not there may have been looked for anywhere.
    let script = |name: &str| match address == MISSING {
        true => format!("/{name}"),
        false => crate::links::relative(address, name),
    };
    let (reload, student) = (script("reload.js"), script("student.js"));
    format!(
        "<meta name=\"token\" content=\"{token}\">\n\
         <link rel=\"stylesheet\" href=\"/live/console.css\">\n\
         <script src=\"/live/console.js\" defer></script>\n\
         <script src=\"{reload}\" defer></script>\n\
         <script src=\"{student}\" defer></script>\n"
    )
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    write_bytes(file, text.as_bytes())
}

fn write_bytes(file: &Path, bytes: &[u8]) -> Result<(), String> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
    fs::write(file, bytes).map_err(|error| wrong(file, &error))
}

fn wrong(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// All pages of a site, by address, in order.
///
/// # Errors
///
/// When the folder cannot be read.
pub fn pages_in(site: &Path) -> Result<Vec<(String, String)>, String> {
    let mut pages = Vec::new();
    let mut folders = vec![site.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|error| wrong(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| wrong(&folder, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "html")
            {
                let text = fs::read_to_string(&path).map_err(|error| wrong(&path, &error))?;
                let inside = path.strip_prefix(site).unwrap_or(&path);
                pages.push((inside.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    pages.sort();
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_empty_folder_or_an_earlier_site_is_replaced() {
        let folder = tempfile::tempdir().expect("room for a folder");
        fs::create_dir(folder.path().join("notes")).expect("a folder");
        fs::write(folder.path().join("README.md"), "# A\n").expect("a file");
        let repository = Repository::open(folder.path()).expect("it is there");
        let made = |out: &str| build(&repository, &folder.path().join(out), &Options::default());
        let thesis = folder.path().join("own/thesis.txt");
        write(&thesis, "all of it").expect("a file");
        assert!(made("own").is_err());
        assert!(thesis.is_file());
        fs::create_dir(folder.path().join("empty")).expect("a folder");
        for out in ["new", "new", "empty"] {
            made(out).expect("the site is made");
        }
    }
}
