//! Passwords are kept as hashes that are slow to make: who steals the database must try each
//! guess at that cost.
//!
//! Without it, one look at the database would give away every user's password, here and wherever
//! else they use it.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::signing::random;
use super::strength;
use crate::error::AppError;

/// The longest password that is looked at, in bytes. Hashing more would be work for nothing.
pub const LONGEST: usize = 1024;

/// What Argon2id is asked for: 19 MiB of memory, twice, in one lane. The recommendation of OWASP.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// The hash of a password that nobody knows. Who logs in as a user that does not exist waits for
/// this one, so that time does not tell which users exist.
pub const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Wrong,
    Right,
    /// The password is right; its hash was made with other settings and should be made anew.
    RightButOld,
}

/// Makes and checks hashes, a few at a time, on threads of their own. Each takes a processor for
/// many milliseconds: on the threads that answer requests, a few logins would stop the site.
#[derive(Clone, Debug)]
pub struct Passwords {
    places: Arc<Semaphore>,
    made: Arc<AtomicU64>,
}

impl Default for Passwords {
    /// Half of the processors may hash; the others answer requests.
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Passwords::new((processors / 2).max(1))
    }
}

impl Passwords {
    /// So many hashes at a time.
    pub fn new(places: usize) -> Passwords {
        Passwords {
            places: Arc::new(Semaphore::new(places)),
            made: Arc::default(),
        }
    }

    /// How many hashes were made, to check a password or to keep one.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// The hash to be stored, as a PHC string. Its salt is new each time, so that equal passwords
    /// have different hashes.
    ///
    /// # Errors
    /// When the password is too long, or the system has no memory for the work.
    pub async fn hash(&self, password: &str) -> Result<String, AppError> {
        self.hash_with(password, &random::<16>()).await
    }

    /// A hash of the same password with the settings of today. It keeps the salt of the old one,
    /// so that sessions know it: see `salt`.
    ///
    /// # Errors
    /// As `hash`.
    pub async fn renewed(&self, password: &str, old: &str) -> Result<String, AppError> {
        let salt = PasswordHash::new(old).ok().and_then(|old| old.salt);
        match salt.filter(|salt| salt.len() >= 16) {
            Some(salt) => self.hash_with(password, &salt).await,
            None => self.hash(password).await,
        }
    }

    async fn hash_with(&self, password: &str, salt: &[u8]) -> Result<String, AppError> {
        let (password, salt, made) = (password.to_string(), salt.to_vec(), self.made.clone());
        self.work(move || {
            if password.len() > LONGEST {
                return Err("the password is too long".to_string());
            }
            made.fetch_add(1, Ordering::Relaxed);
            let hash = argon2().hash_password_with_salt(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string())
                .map_err(|error| error.to_string())
        })
        .await?
        .map_err(|error| AppError::Inside(error.into()))
    }

    /// Whether the password is the one of the hash. Give `None` when there is no user: it takes as
    /// long, and the password is wrong.
    ///
    /// # Errors
    /// When the work was broken off.
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> Result<Verdict, AppError> {
        if password.len() > LONGEST {
            return Ok(Verdict::Wrong);
        }
        let password = password.to_string();
        // A text that is no hash (Django writes `!`) fits no password, and costs as much.
        let hash = hash.filter(|hash| PasswordHash::new(hash).is_ok());
        let hash = hash.unwrap_or(NOBODY).to_string();
        let made = self.made.clone();
        self.work(move || verdict(&password, &hash, &made)).await
    }

    /// What is wrong with a new password, if anything is.
    ///
    /// # Errors
    /// When the work was broken off.
    pub async fn weakness(
        &self,
        password: &str,
        known: &[&str],
    ) -> Result<Option<String>, AppError> {
        let password = password.to_string();
        let known: Vec<String> = known.iter().map(ToString::to_string).collect();
        self.work(move || {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            strength::weakness(&password, &known)
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AppError> {
        let _place = self.places.acquire().await;
        spawn_blocking(work)
            .await
            .map_err(|error| AppError::Inside(error.into()))
    }
}

/// The salt of a hash. Each new password has a new one; a hash that is made anew, since its
/// settings were old, keeps it. (What is no hash is its own salt.)
pub fn salt(hash: &str) -> &str {
    hash.rsplit('$').nth(1).unwrap_or(hash)
}

fn verdict(password: &str, hash: &str, made: &AtomicU64) -> Verdict {
    let Ok(hash) = PasswordHash::new(hash) else {
        return Verdict::Wrong;
    };
    made.fetch_add(1, Ordering::Relaxed);
    if argon2()
        .verify_password(password.as_bytes(), &hash)
        .is_err()
    {
        return Verdict::Wrong;
    }
    let is_new = hash.algorithm == argon2::ARGON2ID_IDENT
        && hash.version == Some(Version::V0x13.into())
        && Params::try_from(&hash).is_ok_and(|made| {
            (made.m_cost(), made.t_cost(), made.p_cost()) == (MEMORY_KIB, PASSES, LANES)
        });
    if is_new {
        Verdict::Right
    } else {
        Verdict::RightButOld
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("these settings are allowed");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}
