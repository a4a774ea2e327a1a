//! What a printer says about itself: bytes told apart by their fixed bits.

use crate::trouble::{Code, Trouble};

/// `DLE EOT n`, the real-time status questions that matter: 1 printer, 2 off-line cause, 3 error
/// cause, 4 paper.
pub(crate) const QUESTIONS: [u8; 4] = [1, 2, 3, 4];

/// The real-time question itself; exactly three bytes, a fourth would be printed as data.
pub(crate) fn question(n: u8) -> [u8; 3] {
    [0x10, 0x04, n]
}

/// Whether a byte can be an answer to `DLE EOT`: bits 0, 1, 4, 7 are fixed to 0, 1, 1, 0.
pub(crate) fn is_answer(byte: u8) -> bool {
    byte & 0b1001_0011 == 0b0001_0010
}

/// What one answer says.
pub(crate) fn read(question: u8, answer: u8) -> Result<(), Trouble> {
    let bit = |n: u8| answer >> n & 1 == 1;
    let said = |code, what: &str| Err(Trouble::new(code, format!("{what} (status {answer:#04x})")));
    match question {
        2 if bit(2) => said(Code::CoverOpen, "cover open"),
        2 if bit(5) => said(Code::PaperOut, "stopped at the end of the paper"),
        3 if bit(3) => said(Code::Cutter, "cutter error"),
        3 if bit(5) => said(Code::Error, "unrecoverable error"),
        3 if bit(6) => said(Code::Error, "recoverable error"),
        4 if bit(5) && bit(6) => said(Code::PaperOut, "no paper"),
        _ => Ok(()),
    }
}

/// Whether the paper's near end was seen in the answer to question 4.
pub(crate) fn near_end(answer: u8) -> bool {
    answer >> 2 & 0b11 == 0b11
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

#[cfg(test)]
mod tests;
