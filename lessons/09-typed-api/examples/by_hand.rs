//! What `record!` writes, written by hand for one struct.
//!
//! ```sh
//! cargo run -p lesson-09 --example by_hand
//! ```

#![forbid(unsafe_code)]

use lesson_09::error::AppError;
use lesson_09::item::Name;
use lesson_09::read::{Field, Reader, Step, json};

struct Part {
    name: Name,
    count: u16,
    spare: Option<bool>,
}

impl Field for Part {
    fn read(reader: &mut Reader) -> Option<Part> {
        // ANCHOR: fields
        let sent = reader.object()?;
        let name = reader.part(Step::Name("name".into()), sent.get("name"));
        let count = reader.part(Step::Name("count".into()), sent.get("count"));
        let spare = reader.part(Step::Name("spare".into()), sent.get("spare"));
        // All have been read before the first `?` gives up.
        Some(Part {
            name: name?,
            count: count?,
            spare: spare?,
        })
        // ANCHOR_END: fields
    }
}

fn main() {
    match json::<Part>(r#"{"name": "", "spare": "yes"}"#) {
        Ok(Part { name, count, spare }) => println!("{count} of {name:?}, spare: {spare:?}"),
        Err(AppError::Invalid(problems)) => {
            for problem in problems {
                println!("{:?} {}", problem.loc, problem.msg);
            }
        }
        Err(error) => println!("{error:?}"),
    }
}
