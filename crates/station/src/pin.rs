//! A PIN is kept as what cannot be turned back into it (argon2id, RFC 9106), and guessed slowly.

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

/// Figures of the shortest and the longest PIN.
pub const LENGTH: std::ops::RangeInclusive<usize> = 4..=12;
/// Wrong ones before a pause.
const TRIES: u32 = 5;
/// The first and the longest pause.
const PAUSE_MS: (i64, i64) = (60_000, 900_000);

/// What is written into a config for a PIN; nothing for what is none.
#[must_use]
pub fn hash(pin: &str) -> Option<String> {
    if !LENGTH.contains(&pin.len()) || !pin.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let salt = SaltString::generate(&mut OsRng);
    Argon2::default().hash_password(pin.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// Whether a text of a config is such a hash.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.hash.is_some())
}

/// Whether a PIN is the one.
#[must_use]
pub fn fits(pin: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok())
}

/// Who may try: after five wrong ones nobody for a minute, then two, four, up to fifteen.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guard {
    wrong: u32,
    pauses: u32,
    until_ms: i64,
}

impl Guard {
    /// How long nobody may try, milliseconds; 0: now.
    #[must_use]
    pub fn wait_ms(&self, up_ms: i64) -> i64 {
        (self.until_ms - up_ms).max(0)
    }

    /// Notes how a try ended.
    pub fn tried(&mut self, right: bool, up_ms: i64) {
        if right {
            *self = Self::default();
            return;
        }
        self.wrong += 1;
        if self.wrong >= TRIES {
            let pause = PAUSE_MS.0.saturating_mul(1 << self.pauses.min(8)).min(PAUSE_MS.1);
            self.until_ms = up_ms + pause;
            (self.wrong, self.pauses) = (0, self.pauses + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_fits_its_hash_and_no_other() {
        let kept = hash("274901").unwrap();
        assert!(kept.starts_with("$argon2id$") && !kept.contains("274901"));
        assert!(is_hash(&kept) && fits("274901", &kept) && !fits("274902", &kept));
        assert_ne!(hash("274901"), Some(kept), "salted");
        for none in ["", "123", "12a456", "1234567890123", "１２３４"] {
            assert_eq!(hash(none), None, "{none}");
        }
        assert!(!is_hash("274901") && !fits("274901", "274901"));
    }

    #[test]
    fn guessing_is_slow() {
        let mut guard = Guard::default();
        let mut waits = Vec::new();
        let mut at = 0;
        for _ in 0..30 {
            guard.tried(false, at);
            if guard.wait_ms(at) > 0 {
                waits.push(guard.wait_ms(at) / 60_000);
                at += guard.wait_ms(at);
            }
        }
        assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
        guard.tried(true, at);
        guard.tried(false, at);
        assert_eq!(guard.wait_ms(at), 0);
    }
}
