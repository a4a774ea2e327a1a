//! What hangs on a bus, as a config says it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use super::frame::{Frame, crc16};
use crate::LinkUrl;
use crate::data::{BadFile, parse, read};

const HELP: &str = "compare with config/bus.toml, which explains every key";

/// One serial line with its modules: RS-485 with one master, this program.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BusPlan {
    /// `serial:///dev/luot-bus?baud=9600`.
    pub line: String,
    /// How long a module has to answer, milliseconds.
    #[serde(default = "answer_ms")]
    pub answer_ms: u64,
    /// The LED modules.
    #[serde(default)]
    pub led: Vec<Led>,
    /// The keypads.
    #[serde(default)]
    pub keypad: Vec<Keypad>,
}

fn answer_ms() -> u64 {
    60
}

/// An LED module: a few figures above a counter, or a line of a board.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Led {
    /// Its address on the bus.
    pub address: u8,
    /// The counter whose number it shows; empty: this program's own.
    #[serde(default)]
    pub counter: String,
    /// How many places it has.
    pub width: usize,
    /// Where a shorter number stands.
    #[serde(default)]
    pub align: Align,
    /// Which letters it can show.
    #[serde(default)]
    pub charset: Charset,
    /// The maker's frame; `{text}` is what is shown.
    #[serde(default)]
    pub frame: Option<Frame>,
    /// Where there is no frame: the register of the first place, one ASCII code each (Modbus RTU,
    /// function 16).
    #[serde(default)]
    pub register: Option<u16>,
}

/// Where a text shorter than the module stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// At the right.
    #[default]
    Right,
    /// At the left.
    Left,
}

/// What a module can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Charset {
    /// Seven segments: figures, and letters that cannot be taken for others.
    #[default]
    Seven,
    /// Every ASCII letter.
    Ascii,
}

/// A keypad at a counter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keypad {
    /// Its address on the bus.
    pub address: u8,
    /// The frame that asks it; none: it speaks by itself.
    #[serde(default)]
    pub poll: Option<Frame>,
    /// Its answer; `{key}` is the key.
    pub reply: Frame,
    /// What each key means, by the program's names of its deeds.
    pub keys: BTreeMap<char, String>,
}

/// What does not fit together in a plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBus {
    /// It hangs on no serial line.
    #[error("{0:?} is no serial line; write serial:///dev/luot-bus?baud=9600")]
    Line(String),
    /// Two modules would answer at once.
    #[error("address {0} stands twice on one line; give each module its own")]
    Twice(u8),
    /// It could not be told what to show.
    #[error("the LED module {0} needs a frame with {{text}}, or a register")]
    NoText(u8),
    /// It could not tell what was pressed.
    #[error("the keypad {0} needs a reply with {{key}}")]
    NoKey(u8),
    /// It shows nothing, or more than one frame holds.
    #[error("the LED module {0} has 1 to 32 places")]
    Width(u8),
    /// Two keypads that speak by themselves cannot be told apart, and may speak at once.
    #[error("only one keypad that is not asked may be on a line")]
    Unasked,
}

/// A file of lines, `[[bus]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lines {
    #[serde(default)]
    bus: Vec<BusPlan>,
}

impl BusPlan {
    /// The lines that a file describes; each fits together.
    ///
    /// # Errors
    /// [`BadFile`] with the line and what to do, for whatever does not.
    pub fn load(file: &Path) -> Result<Vec<Self>, BadFile> {
        let text = read(file)?;
        let Lines { bus } = parse(file, &text, HELP)?;
        for plan in &bus {
            if let Err(bad) = plan.check() {
                let (file, what, help) = (file.into(), bad.to_string(), HELP.into());
                return Err(BadFile { file, line: None, what, help });
            }
        }
        Ok(bus)
    }

    /// The line, when everything fits together.
    ///
    /// # Errors
    /// [`BadBus`]: the first thing that does not.
    pub fn check(&self) -> Result<LinkUrl, BadBus> {
        let Ok(line @ LinkUrl::Serial { .. }) = self.line.parse() else {
            return Err(BadBus::Line(self.line.clone()));
        };
        let mut seen = BTreeSet::new();
        let addresses = self.led.iter().map(|led| led.address);
        for address in addresses.chain(self.keypad.iter().map(|keypad| keypad.address)) {
            if !seen.insert(address) {
                return Err(BadBus::Twice(address));
            }
        }
        for led in &self.led {
            let told = led.frame.as_ref().map_or(led.register.is_some(), Frame::has_text);
            if !told {
                return Err(BadBus::NoText(led.address));
            }
            if !(1..=32).contains(&led.width) {
                return Err(BadBus::Width(led.address));
            }
        }
        if let Some(keypad) = self.keypad.iter().find(|keypad| !keypad.reply.has_key()) {
            return Err(BadBus::NoKey(keypad.address));
        }
        if self.keypad.iter().filter(|keypad| keypad.poll.is_none()).count() > 1 {
            return Err(BadBus::Unasked);
        }
        Ok(line)
    }
}

impl Led {
    /// The letters of a text that this module cannot show; it leaves their places empty.
    #[must_use]
    pub fn cannot_show(&self, text: &str) -> Vec<char> {
        text.chars().filter(|letter| !self.charset.has(*letter)).collect()
    }

    /// The frame that shows a text; what does not fit is cut at its beginning, so that the figures
    /// that differ stay.
    pub(crate) fn shows(&self, text: &str) -> Vec<u8> {
        let letters: Vec<char> = text.chars().collect();
        let letters = &letters[letters.len().saturating_sub(self.width)..];
        let shown: String =
            letters.iter().map(|c| if self.charset.has(*c) { *c } else { ' ' }).collect();
        let width = self.width;
        let padded = match self.align {
            Align::Right => format!("{shown:>width$}"),
            Align::Left => format!("{shown:<width$}"),
        };
        match (&self.frame, self.register) {
            (Some(frame), _) => frame.write(self.address, padded.as_bytes()),
            (None, register) => {
                write_registers(self.address, register.unwrap_or_default(), padded.as_bytes())
            }
        }
    }
}

impl Charset {
    fn has(self, letter: char) -> bool {
        match self {
            // K M V W X Z and most small letters look like others, or like nothing.
            Self::Seven => "0123456789ABCDEFGHIJLNOPQRSTUY -_".contains(letter),
            Self::Ascii => letter == ' ' || letter.is_ascii_graphic(),
        }
    }
}

/// Modbus RTU, function 16: one letter a register (MODBUS Application Protocol V1.1b3, 6.12).
fn write_registers(address: u8, register: u16, letters: &[u8]) -> Vec<u8> {
    let count = u8::try_from(letters.len()).unwrap_or(u8::MAX);
    let mut bytes = vec![address, 16];
    bytes.extend(register.to_be_bytes());
    bytes.extend([0, count, count.saturating_mul(2)]);
    bytes.extend(letters.iter().flat_map(|letter| [0, *letter]));
    let check = crc16(&bytes);
    bytes.extend(check.to_le_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(text: &str) -> BusPlan {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_sample_is_a_plan_and_a_mistake_has_its_line() {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/bus.toml");
        let lines = BusPlan::load(&sample).unwrap();
        assert_eq!((lines.len(), lines[0].led.len(), lines[0].keypad.len()), (1, 2, 1));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bus.toml");
        std::fs::write(&file, format!("[[bus]]\n{LINE}colour = 1\n")).unwrap();
        assert_eq!(BusPlan::load(&file).unwrap_err().line, Some(3));
        std::fs::write(&file, "[[bus]]\nline = \"tcp://a:1\"\n").unwrap();
        assert!(BusPlan::load(&file).unwrap_err().what.contains("no serial line"));
    }

    const LINE: &str = "line = \"serial:///dev/luot-bus?baud=9600\"\n";

    #[test]
    fn a_number_stands_at_its_end_and_keeps_its_last_figures() {
        let led = |more: &str| {
            let text = format!("{LINE}[[led]]\naddress = 3\nwidth = 4\n{more}");
            plan(&text).led.remove(0)
        };
        let ascii = led("frame = \"{02}{addr:02}{text}{03}\"");
        assert_eq!(ascii.shows("H42"), b"\x0203 H42\x03");
        assert_eq!(ascii.shows("H0042"), b"\x02030042\x03");
        assert_eq!(ascii.shows("K042"), b"\x0203 042\x03", "seven segments have no K");
        assert_eq!(ascii.cannot_show("K042"), ['K']);
        assert_eq!(ascii.shows(""), b"\x0203    \x03", "blank");
        let left = led("align = \"left\"\ncharset = \"ascii\"\nframe = \"{text}\"");
        assert_eq!(left.shows("K4"), b"K4  ");
        let modbus = led("register = 16");
        let mut wanted = vec![3, 16, 0, 16, 0, 4, 8, 0, b' ', 0, b'H', 0, b'4', 0, b'2'];
        wanted.extend(crc16(&wanted).to_le_bytes());
        assert_eq!(modbus.shows("H42"), wanted);
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let led = "[[led]]\naddress = 3\nwidth = 4\nframe = \"{text}\"\n";
        let pad = "[[keypad]]\naddress = 4\nreply = \"{key}\"\nkeys = { 1 = \"main\" }\n";
        assert!(plan(&format!("{LINE}{led}{pad}")).check().is_ok());
        for (text, wanted) in [
            ("line = \"tcp://1.2.3.4\"".to_owned(), BadBus::Line("tcp://1.2.3.4".into())),
            (format!("{LINE}{led}{led}"), BadBus::Twice(3)),
            (format!("{LINE}{}", led.replace("{text}", "x")), BadBus::NoText(3)),
            (format!("{LINE}{}", led.replace("width = 4", "width = 0")), BadBus::Width(3)),
            (format!("{LINE}{}", pad.replace("{key}", "x")), BadBus::NoKey(4)),
            (format!("{LINE}{pad}{}", pad.replace('4', "5")), BadBus::Unasked),
        ] {
            assert_eq!(plan(&text).check(), Err(wanted), "{text}");
        }
        assert!(toml::from_str::<BusPlan>(&format!("{LINE}colour = 1")).is_err());
    }
}
