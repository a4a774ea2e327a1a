//! A PIN is kept as what cannot be turned back into it (argon2id, RFC 9106). How slowly it is guessed
//! is a rule of the heart: [`queue::Tries`].

use std::fmt;

use argon2::Argon2;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use queue::PinHash;
use zeroize::Zeroizing;

/// Figures of the shortest and the longest PIN.
pub const LENGTH: std::ops::RangeInclusive<usize> = 4..=12;

/// A PIN as it was typed: out of memory when dropped, in no debug text.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// What was typed.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        Self(Zeroizing::new(typed.to_owned()))
    }

    /// What is kept of it; nothing for what is no PIN: other than 4 to 12 figures.
    #[must_use]
    pub fn hash(&self) -> Option<PinHash> {
        let figures = self.0.bytes().all(|byte| byte.is_ascii_digit());
        if !LENGTH.contains(&self.0.len()) || !figures {
            return None;
        }
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default().hash_password(self.0.as_bytes(), &salt).ok()?;
        Some(PinHash(hash.to_string()))
    }

    /// Whether it is the one of which this was kept.
    #[must_use]
    pub fn is(&self, kept: &PinHash) -> bool {
        PasswordHash::new(&kept.0)
            .is_ok_and(|hash| Argon2::default().verify_password(self.0.as_bytes(), &hash).is_ok())
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// Whether a text of a config is what is kept of a PIN.
#[must_use]
pub fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.hash.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_fits_its_hash_and_no_other() {
        let pin = Pin::new("274901");
        let kept = pin.hash().unwrap();
        assert!(kept.0.starts_with("$argon2id$") && !kept.0.contains("274901"));
        assert!(is_hash(&kept.0) && pin.is(&kept) && !Pin::new("274902").is(&kept));
        assert_ne!(pin.hash(), Some(kept), "salted");
        for none in ["", "123", "12a456", "1234567890123", "１２３４"] {
            assert_eq!(Pin::new(none).hash(), None, "{none}");
        }
        assert!(!is_hash("274901") && !pin.is(&PinHash("274901".into())));
        assert!(!format!("{pin:?}").contains('2'));
    }
}
