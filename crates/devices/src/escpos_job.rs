//! A slip's picture as the bytes a printer gets.
//!
//! The `escpos` crate encodes over a driver that only collects; it never touches a wire here,
//! because its transports hang, lie about success and keep a failed job for the next one.

use std::cell::RefCell;
use std::rc::Rc;

use escpos::driver::Driver;
use escpos::errors::{PrinterError, Result as EscposResult};
use escpos::printer::Printer;
use escpos::utils::Protocol;

use crate::Bitmap;

/// Rows of one raster command. A job that breaks off leaves at most one band to be made up before
/// the printer listens again.
const BAND: usize = 128;
/// `GS V 66 0`: feed to the cutter and cut, leaving one point. (The crate's own "partial cut" is
/// the full cut with a wrong feed.)
const CUT: [u8; 4] = [0x1D, 0x56, 66, 0];
/// `ESC d 3`: three lines of paper before the cut.
const FEED: [u8; 3] = [0x1B, 0x64, 3];
/// `GS r 1`: answered when everything before it was processed.
const BARRIER: [u8; 3] = [0x1D, 0x72, 1];

/// How a printer says that a job is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// `GS ( H`: the process id comes back when the printing is completed (Epson TM and many
    /// clones), and `GS r 1` behind it as a second chance.
    ProcessId,
    /// `GS r 1` alone.
    Barrier,
    /// It cannot.
    None,
}

/// One job: its bytes, and the id that comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Everything that is sent.
    pub bytes: Vec<u8>,
    /// The four printable bytes of the process id.
    pub id: [u8; 4],
}

/// Collects what the encoder writes.
#[derive(Clone, Default)]
struct Collector(Rc<RefCell<Vec<u8>>>);

impl Driver for Collector {
    fn name(&self) -> String {
        "collector".to_owned()
    }

    fn write(&self, data: &[u8]) -> EscposResult<()> {
        self.0.borrow_mut().extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _buf: &mut [u8]) -> EscposResult<usize> {
        Ok(0)
    }

    fn flush(&self) -> EscposResult<()> {
        Ok(())
    }
}

/// Encodes a picture as one job: initialise, raster in bands, feed, cut, ask for confirmation.
///
/// # Errors
/// Only when the encoder refuses its own input; the picture's size is limited by its width in
/// bytes and 65,535 rows.
pub fn encode(picture: &Bitmap, id: [u8; 4], confirm: Confirm) -> Result<Job, PrinterError> {
    let collector = Collector::default();
    let mut printer = Printer::new(collector.clone(), Protocol::default(), None);
    printer.init()?;
    for band in picture.rows().chunks(BAND) {
        printer.custom(&raster(band))?;
    }
    printer.custom(&FEED)?.custom(&CUT)?;
    match confirm {
        Confirm::ProcessId => {
            let [a, b, c, d] = id;
            printer.custom(&[0x1D, 0x28, 0x48, 6, 0, 48, 48, a, b, c, d])?.custom(&BARRIER)?;
        }
        Confirm::Barrier => {
            printer.custom(&BARRIER)?;
        }
        Confirm::None => {}
    }
    printer.print()?;
    let bytes = collector.0.take();
    Ok(Job { bytes, id })
}

/// `GS v 0`: one band of dots.
fn raster(rows: &[Vec<u8>]) -> Vec<u8> {
    let width = rows.first().map_or(0, Vec::len);
    let low = |n: usize| u8::try_from(n & 0xFF).unwrap_or_default();
    let mut bytes = vec![
        0x1D,
        0x76,
        0x30,
        0,
        low(width),
        low(width >> 8),
        low(rows.len()),
        low(rows.len() >> 8),
    ];
    let start = bytes.len();
    bytes.extend(rows.iter().flatten());
    quiet(&mut bytes[start..]);
    bytes
}

/// Clears one invisible dot wherever the picture happens to hold a real-time command (`DLE EOT`,
/// `DLE ENQ`, `DLE DC4`), which some printers obey even inside a raster.
fn quiet(dots: &mut [u8]) {
    for at in 1..dots.len() {
        if dots[at - 1] == 0x10 && matches!(dots[at], 0x04 | 0x05 | 0x14) {
            dots[at - 1] = 0;
        }
    }
}

#[cfg(test)]
mod tests;
