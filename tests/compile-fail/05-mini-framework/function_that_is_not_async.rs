use lesson_05::framework::App;

fn index() -> &'static str {
    "index"
}

fn main() {
    App::new().get("/", index);
}
