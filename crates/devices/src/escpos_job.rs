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
use crate::profile::{Confirm, Cutter, Profile};

/// Rows of one raster command. A job that breaks off leaves at most one band to be made up before
/// the printer listens again.
const BAND: usize = 128;
/// `GS V 66 0`: feed to the cutter and cut, leaving one point. (The crate's own "partial cut" is
/// the full cut with a wrong feed.)
const CUT_PARTIAL: [u8; 4] = [0x1D, 0x56, 66, 0];
/// `GS V 65 0`: the same, through.
const CUT_FULL: [u8; 4] = [0x1D, 0x56, 65, 0];
/// `GS r 1`: answered when everything before it was processed.
const BARRIER: [u8; 3] = [0x1D, 0x72, 1];

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

/// Encodes a picture as one job for a kind of printer: initialise, raster in bands, feed, cut,
/// present, ask for confirmation.
///
/// # Errors
/// Only when the encoder refuses its own input; the picture's size is limited by its width in
/// bytes and 65,535 rows.
pub fn encode(picture: &Bitmap, id: [u8; 4], profile: &Profile) -> Result<Job, PrinterError> {
    let collector = Collector::default();
    let mut printer = Printer::new(collector.clone(), Protocol::default(), None);
    printer.init()?;
    for band in picture.rows().chunks(BAND) {
        printer.custom(&raster(band))?;
    }
    printer.custom(&ending(profile))?;
    match profile.confirm {
        Confirm::ProcessId => {
            let [a, b, c, d] = id;
            printer.custom(&[0x1D, 0x28, 0x48, 6, 0, 48, 48, a, b, c, d])?.custom(&BARRIER)?;
        }
        Confirm::Barrier => {
            printer.custom(&BARRIER)?;
        }
        Confirm::Drain | Confirm::None => {}
    }
    printer.print()?;
    let bytes = collector.0.take();
    Ok(Job { bytes, id })
}

/// `ESC d n`, lines of paper before the cut; the cut; and the slip into the mouth where there is
/// one.
fn ending(profile: &Profile) -> Vec<u8> {
    let mut bytes = Vec::new();
    if profile.feed_lines > 0 {
        bytes.extend([0x1B, 0x64, profile.feed_lines]);
    }
    match (&profile.presenter, profile.cutter) {
        (Some(presenter), _) => {
            bytes.extend(&presenter.cut.0);
            bytes.extend(&presenter.present.0);
        }
        (None, Cutter::Partial) => bytes.extend(CUT_PARTIAL),
        (None, Cutter::Full) => bytes.extend(CUT_FULL),
        (None, Cutter::None) => {}
    }
    bytes
}

/// What makes a printer listen again that may stand in the middle of a broken job: its buffer
/// emptied where it can, white dots for what the broken band still wants, and a fresh start.
/// Outside a band the white dots are NUL, which does nothing.
pub(crate) fn resync(profile: &Profile, dots: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    if profile.clear {
        bytes.extend([0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8]);
    }
    bytes.resize(bytes.len() + BAND * dots.div_ceil(8) + 8, 0);
    bytes.extend([0x1B, 0x40]);
    bytes
}

/// What parts the remains of a broken job from the next visitor's slip.
pub(crate) fn part(profile: &Profile) -> Vec<u8> {
    let mut bytes = ending(profile);
    if let Some(presenter) = &profile.presenter {
        bytes.extend(&presenter.retract.0);
    }
    bytes
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
