//! A call as words, words as clips, clips as sound.
//!
//! The one decision of this crate: *what is heard is decided before it is played*. A call becomes a
//! list of clip keys ([`phrase`]), the keys become one buffer of samples ([`compose`]), and only
//! then does the [`Announcer`] touch a device. So what a hall hears can be proved without one: the
//! same buffer goes into a WAV file, and [`heard`] finds each clip in it again.

mod announcer;
mod bell;
mod chime;
mod compose;
pub mod heard;
mod output;
mod pack;
pub mod phrase;
mod wav;

pub use announcer::{Announcer, Report, Say, Settings, Skip};
pub use bell::Bell;
pub use chime::chime;
pub use compose::{Announcement, Voices, compose};
pub use output::{NotAnOutput, OutputUrl};
pub use pack::{Pack, PackError};
pub use phrase::{Call, Kind, Region, Speech};
pub use wav::{read_wav, write_wav};

/// Samples a second of everything that is composed.
pub const RATE: u32 = 48_000;
