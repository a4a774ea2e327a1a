//! A call as words, words as clips, clips as sound.
//!
//! The one decision of this crate: *what is heard is decided before it is played*. A call becomes a
//! list of clip keys ([`phrase`]), the keys become one buffer of samples ([`compose`]), and only
//! then does the [`Announcer`] touch a device. So what a hall hears can be proved without one: the
//! same buffer goes into a WAV file, and [`heard`] finds each clip in it again.

mod announcer;
mod bell;
mod chime;
mod command;
mod compose;
pub mod faults;
pub mod heard;
mod import;
mod input;
mod listen;
pub mod loudness;
mod output;
mod pack;
pub mod phrase;
pub mod record;
mod shape;
mod sound;
mod wav;

pub use announcer::{Announcer, Emergency, Report, Say, Saying, Settings, Skip};
pub use bell::Bell;
pub use chime::{chime, notice_chime};
pub use command::{NotSpoken, Speaker};
pub use compose::{Announcement, Voices, compose, compose_for, compose_message};
pub use import::{Imported, PackWriter, import};
pub use input::{InputUrl, NotAnInput, Recording};
pub use listen::listen;
pub use output::{NotAnOutput, OutputUrl};
pub use pack::{Manifest, Pack, PackError};
pub use phrase::{Call, Grammar, Kind, Notice, Region, Scope, Speech, Utterance};
pub use shape::{CLIP_RATE, LEVEL_DBFS, active_dbfs, shape};
pub use sound::Sound;
pub use wav::{read_wav, write_clip, write_wav};

/// Samples a second of everything that is composed.
pub const RATE: u32 = 48_000;
