//! Bytes on a wire: the slip's picture, the receipt printer and its links.
//!
//! The one decision of this crate: *a job is one picture, and a print has three ends*. The slip is
//! laid out once and sent as one raster, so that every Vietnamese letter is right on every ESC/POS
//! printer. It is `Printed` only when the printer says so (or cannot say anything at all),
//! `NotStarted` when nothing was sent, and `Unknown` in all other cases: a write that "succeeded"
//! only means that a kernel took the bytes.

mod bitmap;
mod bus;
mod data;
mod escpos_job;
#[cfg(test)]
mod fuzz;
mod layout;
mod link;
mod paint;
mod printer;
mod profile;
mod roll;
mod scanner;
mod status;
mod trouble;

pub use bitmap::Bitmap;
pub use bus::{Align, BadBus, BadFrame, Bus, BusEvent, BusPlan, Charset, Frame, Keypad, Led};
pub use data::BadFile;
pub use escpos_job::{Job, encode};
pub use layout::{Painter, Paper, SlipLayout, Width};
pub use link::{LinkUrl, NotALink};
pub use printer::{
    Confirmed, Limits, MouthPlan, NotTaken, Outcome, Printer, PrinterConfig, PrinterEvent,
    Printers, Readiness,
};
pub use profile::{Confirm, Cutter, FlowControl, Hex, Presenter, Profile, Profiles};
pub use roll::{PaperLeft, Roll, RollPlan, paper_left};
pub use scanner::{Scanned, Scanner, ScannerEvent};
pub use trouble::{Code, Trouble};
