//! `[sign]` of `counter.toml`: a screen that faces the visitor.

use serde::{Deserialize, Serialize};

use crate::args;

/// `[sign]` of `counter.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignSection {
    /// Where it is shown.
    pub place: SignPlace,
    /// The diagonal of its glass in inches, 5..=65, where visitors can touch it: then it can ask how a
    /// visit was; 0: it cannot be touched.
    pub touch_in: f32,
}

impl SignSection {
    /// Whether it can ask.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.place != SignPlace::Off && self.touch_in > 0.0
    }

    pub(super) fn broken(&self) -> Option<String> {
        let Self { touch_in, .. } = self;
        let known = *touch_in == 0.0 || (5.0..=65.0).contains(touch_in);
        (!known).then(|| format!("sign.touch_in = {touch_in} is neither 0 nor in 5..=65"))
    }
}

/// Where the counter's sign is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SignPlace {
    /// `off`: nowhere.
    #[default]
    Off,
    /// `screen:2`: over the whole of a screen, counted from 1, from left to right.
    Screen(u8),
    /// `1024x600+1366+0`: a window of that size at that place, in pixels of the desktop.
    Window {
        /// Width and height.
        size: (u32, u32),
        /// Of the upper left corner, from the desktop's.
        place: (i32, i32),
    },
}

impl TryFrom<String> for SignPlace {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        if let Some(n) = text.strip_prefix("screen:") {
            let n = n.parse().ok().filter(|n| (1..=16).contains(n));
            return n.map(Self::Screen).ok_or_else(|| wrong(&text));
        }
        match args::geometry(&text) {
            Ok((size, Some(place))) => Ok(Self::Window { size, place }),
            Ok((_, None)) | Err(_) => Err(wrong(&text)),
        }
    }
}

fn wrong(text: &str) -> String {
    format!("{text:?} is no place for a sign: off, screen:2, or a window as 1024x600+1366+0")
}

impl From<SignPlace> for String {
    fn from(place: SignPlace) -> Self {
        match place {
            SignPlace::Off => "off".into(),
            SignPlace::Screen(n) => format!("screen:{n}"),
            SignPlace::Window { size: (width, height), place: (x, y) } => {
                format!("{width}x{height}+{x}+{y}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_has_a_place_or_none_and_reads_back_as_it_was_written() {
        let window = |size, place| SignPlace::Window { size, place };
        for (text, wanted) in [
            ("off", SignPlace::Off),
            ("screen:1", SignPlace::Screen(1)),
            ("screen:2", SignPlace::Screen(2)),
            ("1024x600+1366+0", window((1024, 600), (1366, 0))),
            ("1280x800+-1280+20", window((1280, 800), (-1280, 20))),
        ] {
            assert_eq!(SignPlace::try_from(text.to_owned()), Ok(wanted), "{text}");
            assert_eq!(String::from(wanted), text);
        }
        for text in ["", "on", "screen", "screen:0", "screen:17", "1024x600", "1024x600+1", "2"] {
            let no = SignPlace::try_from(text.to_owned()).unwrap_err();
            assert!(no.contains("screen:2, or a window as 1024x600+1366+0"), "{text}: {no}");
        }
    }
}
