//! Which passwords are too weak.
//!
//! The limit on guesses keeps an attacker from trying a million passwords, not from trying ten:
//! `password` and `123456` are the first ones that everybody tries.

use zxcvbn::{Score, zxcvbn};

use super::password::LONGEST;

/// The fewest characters.
pub const SHORTEST: usize = 8;

/// What is wrong with a new password, if anything is. `known` is what an attacker knows of the
/// user: the name and the e-mail address.
///
/// The crate zxcvbn carries lists of the passwords and words that people use most, and says how
/// many guesses a password would stand. We refuse what falls within the first million.
pub fn weakness(password: &str, known: &[&str]) -> Option<String> {
    if password.chars().count() < SHORTEST {
        return Some(format!("It must have {SHORTEST} characters or more."));
    }
    if password.len() > LONGEST {
        return Some(format!("It must have {LONGEST} bytes or fewer."));
    }
    let guess = zxcvbn(password, known);
    (guess.score() < Score::Two)
        .then(|| "It is one of the first that somebody would try. Choose a longer one.".to_string())
}
