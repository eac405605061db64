//! Inputs that are drawn anew for each run, so that an answer written into the code does not pass.

use fastrand::Rng;

/// Draws from a seed. The same seed and test give the same inputs, whatever else runs.
#[derive(Clone, Debug)]
pub struct Draw(Rng);

const NAMES: [&str; 12] = [
    "Ada", "Grace", "Linus", "Edsger", "Barbara", "Donald", "Radia", "Ken", "Frances", "Alan",
    "Hedy", "Niklaus",
];
const FOREIGN: [&str; 12] = [
    "Zoë",
    "Jürgen",
    "Søren",
    "François",
    "Łukasz",
    "Жанна",
    "Αθηνά",
    "世界",
    "さくら",
    "नमस्ते",
    "🍵🫖",
    "Þórdís",
];
const SYLLABLES: [&str; 16] = [
    "ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "ze",
];

impl Draw {
    /// The draw of one test.
    pub fn new(seed: u32, test: &str) -> Draw {
        // FNV-1a over the name: each test has a sequence of its own.
        let hash = test.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        // Other bits of the number than those that a short seed has in any case.
        let spread = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Draw(Rng::with_seed(hash ^ spread))
    }

    /// A number from `low` to `high`, both included.
    pub fn number(&mut self, low: u64, high: u64) -> u64 {
        self.0.u64(low..=high)
    }

    /// One of several.
    ///
    /// # Panics
    /// When there is none to draw from.
    pub fn one_of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.number(0, choices.len() as u64 - 1) as usize]
    }

    /// A word of ASCII letters that is in no dictionary: `kemozu`.
    pub fn word(&mut self) -> String {
        (0..self.number(3, 4))
            .map(|_| self.one_of(&SYLLABLES))
            .collect()
    }

    /// A name of ASCII letters with a number behind it, so that it is another one each time: `Ada17`.
    pub fn name(&mut self) -> String {
        format!("{}{}", self.one_of(&NAMES), self.number(10, 99))
    }

    /// Several names, no two the same.
    pub fn names(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        while names.len() < count {
            let name = self.name();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// A name with characters that take more than one byte: `Zoë kemozu`.
    pub fn foreign(&mut self) -> String {
        format!("{} {}", self.one_of(&FOREIGN), self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_test_draw_the_same_and_others_draw_others() {
        let words = |seed, test| {
            let mut draw = Draw::new(seed, test);
            [draw.word(), draw.foreign(), draw.name()]
        };
        assert_eq!(words(7, "one"), words(7, "one"));
        assert_ne!(words(7, "one"), words(8, "one"));
        assert_ne!(words(7, "one"), words(7, "two"));
    }

    #[test]
    fn numbers_stay_between_their_bounds_and_reach_both() {
        let mut draw = Draw::new(1, "numbers");
        let drawn: Vec<u64> = (0..200).map(|_| draw.number(3, 5)).collect();
        assert!([3, 4, 5].iter().all(|wanted| drawn.contains(wanted)));
        assert!(drawn.iter().all(|number| (3..=5).contains(number)));
    }
}
