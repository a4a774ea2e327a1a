//! What a printer says about itself: bytes told apart by their fixed bits.

use crate::trouble::{Code, Trouble};

/// Custom's full status: six bytes, `10h 0Fh` and one each of paper, user, passing and lasting
/// errors (command manual of VKP80 and KPM150).
pub(crate) const FULL: u8 = 20;

/// The real-time question `DLE EOT n`; exactly three bytes, a fourth would be printed as data. 1 is
/// the printer, 2 the cause of its being off-line, 3 of an error, 4 the paper.
pub(crate) fn question(n: u8) -> [u8; 3] {
    [0x10, 0x04, n]
}

/// What one answer says beside trouble.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The roll is nearly empty.
    pub(crate) near_end: bool,
    /// A slip is still in the mouth.
    pub(crate) in_mouth: bool,
}

impl Seen {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            near_end: self.near_end || other.near_end,
            in_mouth: self.in_mouth || other.in_mouth,
        }
    }
}

/// The answer to a question in what came back; nothing: it is not (wholly) there yet.
pub(crate) fn answer(question: u8, got: &[u8]) -> Option<Result<Seen, Trouble>> {
    if question == FULL {
        let at = got.windows(6).find(|window| window.starts_with(&[0x10, 0x0F]))?;
        return Some(full(at[2], at[3], at[4], at[5]));
    }
    got.iter().copied().find(|byte| is_answer(*byte)).map(|byte| read(question, byte))
}

/// Whether a byte can be an answer to `DLE EOT`: bits 0, 1, 4, 7 are fixed to 0, 1, 1, 0.
fn is_answer(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

/// What one answer says.
fn read(question: u8, answer: u8) -> Result<Seen, Trouble> {
    let bit = |n: u8| answer >> n & 1 == 1;
    let said = |code, what: &str| Err(Trouble::new(code, format!("{what} (status {answer:#04x})")));
    match question {
        1 if bit(3) => said(Code::Offline, "off-line"),
        2 if bit(2) => said(Code::CoverOpen, "cover open"),
        2 if bit(5) => said(Code::PaperOut, "stopped at the end of the paper"),
        3 if bit(3) => said(Code::Cutter, "cutter error"),
        3 if bit(5) => said(Code::Error, "unrecoverable error"),
        3 if bit(6) => said(Code::Error, "recoverable error"),
        4 if bit(5) && bit(6) => said(Code::PaperOut, "no paper"),
        4 => Ok(Seen { near_end: answer >> 2 & 0b11 == 0b11, in_mouth: false }),
        _ => Ok(Seen::default()),
    }
}

fn full(paper: u8, user: u8, passing: u8, lasting: u8) -> Result<Seen, Trouble> {
    let said = |code, what: &str| {
        let bytes = format!("{paper:02x} {user:02x} {passing:02x} {lasting:02x}");
        Err(Trouble::new(code, format!("{what} (full status {bytes})")))
    };
    if paper & 0x01 != 0 {
        return said(Code::PaperOut, "no paper");
    }
    if user & 0x03 != 0 {
        return said(Code::CoverOpen, "cover open or head up");
    }
    if lasting & 0x03 != 0 {
        return said(Code::Cutter, "cutter error");
    }
    if lasting & 0x4C != 0 {
        return said(Code::Error, "unrecoverable error");
    }
    if passing & 0x40 != 0 {
        return said(Code::Jam, "paper jam");
    }
    if passing & 0x09 != 0 {
        return said(Code::Error, "head temperature or supply voltage");
    }
    // The virtual end is the printer's own count of a roll, which we keep ourselves.
    Ok(Seen { near_end: paper & 0x04 != 0, in_mouth: paper & 0x20 != 0 })
}

/// What is found in the bytes that come back after a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// `37h 22h id 00h`: this job was printed.
    ProcessId,
    /// The barrier was processed; paper present.
    Barrier,
}

/// Looks for the end of a job. The process id comes first: its digits look like status bytes.
pub(crate) fn reply(bytes: &[u8], id: [u8; 4]) -> Option<Reply> {
    let framed = [0x37, 0x22, id[0], id[1], id[2], id[3], 0x00];
    if bytes.windows(framed.len()).any(|window| window == framed) {
        return Some(Reply::ProcessId);
    }
    // Answers to GS r have bits 4 and 7 clear; automatic status groups begin with bit 4 set.
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        if first & 0b1001_0011 == 0b0001_0000 {
            rest = after.get(3..).unwrap_or_default();
        } else if *first == 0x37 && after.first() == Some(&0x22) {
            rest = after.get(6..).unwrap_or_default();
        } else if first & 0b1001_0000 == 0 && first & 0b0000_1100 != 0b0000_1100 {
            return Some(Reply::Barrier);
        } else {
            rest = after;
        }
    }
    None
}

/// A block of `GS I 66` or `GS I 67`: `5Fh`, what the printer calls itself, NUL.
pub(crate) fn name(bytes: &[u8]) -> Option<String> {
    let start = bytes.iter().position(|byte| *byte == 0x5F)? + 1;
    let length = bytes[start..].iter().position(|byte| *byte == 0)?;
    let text = &bytes[start..start + length];
    let printable = !text.is_empty() && text.iter().all(|byte| (0x20..0x7F).contains(byte));
    printable.then(|| String::from_utf8_lossy(text).into_owned())
}

#[cfg(test)]
mod tests;
