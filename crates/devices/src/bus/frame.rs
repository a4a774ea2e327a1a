//! A maker's frame as data: one template writes a frame and reads it.
//!
//! No standard exists for the LED modules and keypads of counters; every maker has a frame of its
//! own. A template is literal letters and parts in braces: `{02}` a byte in hex, `{addr:02}` the
//! address in so many figures, `{addr}` the address as a byte, `{text}` what is shown, `{key}` a
//! pressed key, `{from}` where the check begins (else at the first byte), `{sum8}` `{xor8}` `{crc16}`
//! the check over everything since (the Modbus polynomial, low byte first).

use serde::Deserialize;

/// A template that was read.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Frame(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Byte(u8),
    Address { figures: usize },
    AddressByte,
    Text,
    Key,
    From,
    Check(Check),
}

/// How a frame shows that it is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Sum8,
    Xor8,
    Crc16,
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFrame {
    /// A brace without its other half.
    #[error("a {{ without its }} in the frame")]
    Open,
    /// No such part.
    #[error(
        "no part {{{0}}} in a frame: a byte as {{02}}, {{addr}}, {{addr:02}}, {{text}}, {{key}}, {{from}}, \
         {{sum8}}, {{xor8}}, {{crc16}}"
    )]
    Part(String),
    /// Nothing at all.
    #[error("an empty frame")]
    Empty,
}

impl TryFrom<String> for Frame {
    type Error = BadFrame;

    fn try_from(text: String) -> Result<Self, BadFrame> {
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find('{') {
            parts.extend(rest[..at].bytes().map(Part::Byte));
            let end = rest[at..].find('}').ok_or(BadFrame::Open)? + at;
            parts.push(part(&rest[at + 1..end])?);
            rest = &rest[end + 1..];
        }
        parts.extend(rest.bytes().map(Part::Byte));
        if parts.is_empty() { Err(BadFrame::Empty) } else { Ok(Self(parts)) }
    }
}

fn part(name: &str) -> Result<Part, BadFrame> {
    let wrong = || BadFrame::Part(name.to_owned());
    Ok(match name {
        "addr" => Part::AddressByte,
        "text" => Part::Text,
        "key" => Part::Key,
        "from" => Part::From,
        "sum8" => Part::Check(Check::Sum8),
        "xor8" => Part::Check(Check::Xor8),
        "crc16" => Part::Check(Check::Crc16),
        _ => match name.strip_prefix("addr:") {
            Some(figures) => {
                let figures = figures.parse().ok().filter(|n| (1..=3).contains(n));
                Part::Address { figures: figures.ok_or_else(wrong)? }
            }
            None if name.len() == 2 => {
                Part::Byte(u8::from_str_radix(name, 16).map_err(|_| wrong())?)
            }
            None => return Err(wrong()),
        },
    })
}

impl Frame {
    /// Whether it has a place for what is shown.
    pub(crate) fn has_text(&self) -> bool {
        self.0.contains(&Part::Text)
    }

    /// Whether it has a place for a pressed key.
    pub(crate) fn has_key(&self) -> bool {
        self.0.contains(&Part::Key)
    }

    /// The bytes of a frame.
    pub(crate) fn write(&self, address: u8, text: &[u8]) -> Vec<u8> {
        let (mut bytes, mut from) = (Vec::new(), 0);
        for part in &self.0 {
            match part {
                Part::Byte(byte) => bytes.push(*byte),
                Part::Address { figures } => bytes.extend(figures_of(address, *figures)),
                Part::AddressByte => bytes.push(address),
                Part::Text => bytes.extend_from_slice(text),
                Part::Key => {}
                Part::From => from = bytes.len(),
                Part::Check(check) => {
                    let sum = check.of(&bytes[from..]);
                    bytes.extend(sum);
                }
            }
        }
        bytes
    }

    /// The key that a frame of this address reports, and how many bytes the frame has; nothing when
    /// these bytes are no such frame, or only the beginning of one.
    pub(crate) fn read_key(&self, address: u8, bytes: &[u8]) -> Option<(char, usize)> {
        let (mut at, mut from, mut key) = (0, 0, None);
        for part in &self.0 {
            let wanted = match part {
                Part::Byte(byte) => vec![*byte],
                Part::Address { figures } => figures_of(address, *figures),
                Part::AddressByte => vec![address],
                Part::Text => return None,
                Part::Key => {
                    let byte = *bytes.get(at)?;
                    key = byte.is_ascii_graphic().then_some(char::from(byte));
                    key?;
                    at += 1;
                    continue;
                }
                Part::From => {
                    from = at;
                    continue;
                }
                Part::Check(check) => check.of(&bytes[from..at]),
            };
            if bytes.get(at..at + wanted.len())? != wanted.as_slice() {
                return None;
            }
            at += wanted.len();
        }
        key.map(|key| (key, at))
    }

    /// The most bytes a frame with a key has.
    pub(crate) fn length(&self) -> usize {
        self.write(0, &[]).len() + usize::from(self.has_key())
    }
}

fn figures_of(address: u8, figures: usize) -> Vec<u8> {
    format!("{address:0figures$}").into_bytes()
}

impl Check {
    fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sum8 => vec![bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte))],
            Self::Xor8 => vec![bytes.iter().fold(0, |sum, byte| sum ^ byte)],
            Self::Crc16 => crc16(bytes).to_le_bytes().to_vec(),
        }
    }
}

/// The CRC of Modbus RTU (MODBUS over Serial Line V1.02, appendix B).
pub(crate) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xa001 } else { crc >> 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Frame {
        Frame::try_from(text.to_owned()).unwrap()
    }

    /// Frames as their makers print them: EDI ED400, Kübler Codix, B-Tek.
    #[test]
    fn makers_frames_are_written() {
        let edi = frame("{02}{addr:02}{text}{03}");
        assert_eq!(edi.write(3, b" 012"), b"\x0203 012\x03");
        let codix = frame("{addr:02} {text}{0D}{0A}");
        assert_eq!(codix.write(11, b"0042"), b"11 0042\r\n");
        let summed = frame("{02}{from}{addr}{text}{xor8}{03}");
        assert_eq!(summed.write(1, b"AB"), [2, 1, b'A', b'B', 1 ^ b'A' ^ b'B', 3]);
        assert_eq!(frame("{from}{text}{sum8}").write(0, &[0xff, 2]), [0xff, 2, 1]);
    }

    /// The example of the Modbus application note: slave 2, function 7 gives 0x41 0x12.
    #[test]
    fn the_check_of_modbus_is_the_standards() {
        assert_eq!(frame("{addr}{07}{crc16}").write(2, &[]), [2, 7, 0x41, 0x12]);
        // The check value of CRC-16/MODBUS in the catalogue of parametrised CRC algorithms.
        assert_eq!(crc16(b"123456789"), 0x4b37);
    }

    #[test]
    fn a_frame_is_read_back_by_the_template_that_wrote_it() {
        let reply = frame("{02}{addr:02}K{key}{sum8}{03}");
        let sum = [2, b'0', b'7', b'K', b'5'].iter().fold(0_u8, |a, b| a.wrapping_add(*b));
        let mut bytes = vec![2, b'0', b'7', b'K', b'5', sum, 3];
        assert_eq!(reply.read_key(7, &bytes), Some(('5', 7)));
        assert_eq!(reply.read_key(8, &bytes), None, "another keypad's");
        for end in 0..bytes.len() {
            assert_eq!(reply.read_key(7, &bytes[..end]), None, "half a frame");
        }
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            assert_eq!(reply.read_key(7, &bytes), None, "byte {at} was disturbed");
            bytes[at] ^= 1;
        }
        assert_eq!(reply.length(), 7);
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for (text, wanted) in [
            ("", BadFrame::Empty),
            ("{02", BadFrame::Open),
            ("{zz}", BadFrame::Part("zz".into())),
            ("{addr:9}", BadFrame::Part("addr:9".into())),
            ("{}", BadFrame::Part(String::new())),
        ] {
            assert_eq!(Frame::try_from(text.to_owned()), Err(wanted), "{text}");
        }
    }
}
