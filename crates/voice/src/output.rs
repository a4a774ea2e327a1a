//! Where sound goes: a device, a file, or nowhere.

mod cut;

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rodio::buffer::SamplesBuffer;
use rodio::cpal::traits::HostTrait;
use rodio::{CpalErrorKind, DeviceSinkBuilder, DeviceTrait, MixerDeviceSink, Player, Source};

use crate::{RATE, wav};

use cut::{Cut, Scissors};

/// Where a hall's sound goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutputUrl {
    /// `default`: the system's output.
    Default,
    /// `alsa:NAME`: this output and no other.
    Alsa(String),
    /// `wav:///PATH`: appended to a file, as it would have been heard.
    Wav(PathBuf),
    /// `off`.
    Off,
    /// A device that is played, for tests of what can go wrong.
    #[cfg(test)]
    Played(played::Device),
}

/// The text is not an output.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a sound output; write default, alsa:NAME, wav:///path or off")]
pub struct NotAnOutput(String);

impl FromStr for OutputUrl {
    type Err = NotAnOutput;

    fn from_str(text: &str) -> Result<Self, NotAnOutput> {
        match text.split_once(':') {
            None if text == "default" => Ok(Self::Default),
            None if text == "off" => Ok(Self::Off),
            Some(("alsa", name)) if !name.is_empty() => Ok(Self::Alsa(name.to_owned())),
            Some(("wav", path)) if path.len() > 2 => {
                Ok(Self::Wav(path.strip_prefix("//").unwrap_or(path).into()))
            }
            _ => Err(NotAnOutput(text.to_owned())),
        }
    }
}

impl OutputUrl {
    /// Whether the output is there, without a sound; nothing of it stays open; the name it has.
    ///
    /// # Errors
    /// In words, when it is not.
    pub fn find(&self) -> Result<String, String> {
        match self {
            Self::Off => Ok("off".to_owned()),
            #[cfg(test)]
            Self::Played(_) => Ok("played".to_owned()),
            Self::Default => {
                let device = rodio::cpal::default_host().default_output_device();
                answers(&device.ok_or("this machine has no sound output")?)
            }
            Self::Alsa(name) => answers(&named(name)?),
            Self::Wav(path) => match path.parent() {
                Some(folder) if folder.as_os_str().is_empty() || folder.is_dir() => {
                    Ok(path.display().to_string())
                }
                _ => Err(format!("{}: there is no such folder", path.display())),
            },
        }
    }
}

/// Whether an output can be played on: one of the name `default` is listed without any hardware.
fn answers(device: &rodio::Device) -> Result<String, String> {
    match device.default_output_config() {
        // A hall that runs has it.
        Err(error) if error.kind() != CpalErrorKind::DeviceBusy => Err(error.to_string()),
        _ => Ok(device.id().map_or_else(|error| error.to_string(), |id| id.to_string())),
    }
}

/// An output of the machine by its name.
fn named(name: &str) -> Result<rodio::Device, String> {
    let devices = rodio::cpal::default_host().output_devices();
    // Never another device instead: a hall's voice on an HDMI screen next door is worse than silence
    // that says so.
    let same = |device: &rodio::Device| device.id().is_ok_and(|id| id.to_string().ends_with(name));
    let found = devices.map_err(|error| error.to_string())?.find(same);
    found.ok_or_else(|| format!("no output named {name}"))
}

/// An opened output.
pub(crate) enum Output {
    Device(Device),
    Wav(PathBuf),
    /// Nothing is heard; time passes as if it were.
    Silent,
    #[cfg(test)]
    Played(played::Device),
}

/// An opened device. It stays open all day, so that the first call is not swallowed by a screen
/// that wakes up.
pub(crate) struct Device {
    sink: MixerDeviceSink,
    lost: Arc<AtomicBool>,
}

/// One announcement on its way through a device.
pub(crate) enum Playing {
    Device {
        player: Player,
        lost: Arc<AtomicBool>,
        scissors: Scissors,
    },
    #[cfg(test)]
    Played(played::Device),
}

impl Playing {
    /// More samples behind the first ones, without a gap. They may be broken off at these places.
    pub(crate) fn go_on(&self, samples: &[f32], seams: Vec<usize>) {
        match self {
            Self::Device { player, scissors, .. } if !samples.is_empty() => {
                player.append(Cut::new(buffer(samples), seams, scissors.clone()));
            }
            Self::Device { .. } => {}
            #[cfg(test)]
            Self::Played(device) => device.go_on(samples, &seams),
        }
    }

    /// Breaks off where the next clip would begin.
    pub(crate) fn cut(&self) {
        match self {
            Self::Device { scissors, .. } => scissors.cut(),
            #[cfg(test)]
            Self::Played(device) => device.cut(),
        }
    }

    /// Whether it was broken off.
    pub(crate) fn has_cut(&self) -> bool {
        match self {
            Self::Device { scissors, .. } => scissors.has_cut(),
            #[cfg(test)]
            Self::Played(device) => device.has_cut(),
        }
    }

    /// Whether the last sample was handed over.
    pub(crate) fn over(&self) -> bool {
        match self {
            Self::Device { player, .. } => player.empty(),
            #[cfg(test)]
            Self::Played(device) => device.over(),
        }
    }

    /// Whether the device went away.
    pub(crate) fn lost(&self) -> bool {
        match self {
            Self::Device { lost, .. } => lost.load(Ordering::Relaxed),
            #[cfg(test)]
            Self::Played(device) => device.lost(),
        }
    }
}

impl Output {
    /// Opens the output; in words when it cannot be.
    pub(crate) fn open(url: &OutputUrl) -> Result<Self, String> {
        match url {
            OutputUrl::Off => Ok(Self::Silent),
            #[cfg(test)]
            OutputUrl::Played(device) => device.open().map(|()| Self::Played(device.clone())),
            OutputUrl::Wav(path) => {
                // The file exists from the start, so that a wrong path is found now.
                wav::write_wav(path, &[]).map_err(|e| format!("{}: {e}", path.display()))?;
                Ok(Self::Wav(path.clone()))
            }
            OutputUrl::Default => {
                open(|| DeviceSinkBuilder::from_default_device().map_err(|error| error.to_string()))
            }
            OutputUrl::Alsa(name) => open(|| {
                DeviceSinkBuilder::from_device(named(name)?).map_err(|error| error.to_string())
            }),
        }
    }

    /// Hands samples over, which may be broken off at these places; nothing for outputs that are done
    /// at once or never begin.
    pub(crate) fn play(
        &self,
        samples: &[f32],
        seams: Vec<usize>,
    ) -> Result<Option<Playing>, String> {
        match self {
            Self::Silent => Ok(None),
            Self::Wav(path) => {
                let heard = mixed(samples);
                wav::write_wav(path, &heard).map_err(|e| format!("{}: {e}", path.display()))?;
                Ok(None)
            }
            Self::Device(device) => {
                let player = Player::connect_new(device.sink.mixer());
                let scissors = Scissors::default();
                player.append(Cut::new(buffer(samples), seams, scissors.clone()));
                Ok(Some(Playing::Device { player, lost: Arc::clone(&device.lost), scissors }))
            }
            #[cfg(test)]
            Self::Played(device) => {
                device.play(samples, &seams).map(|()| Some(Playing::Played(device.clone())))
            }
        }
    }

    /// Whether a sound is over as soon as it is handed over.
    pub(crate) fn at_once(&self) -> bool {
        matches!(self, Self::Wav(_) | Self::Silent)
    }

    pub(crate) fn silent(&self) -> bool {
        matches!(self, Self::Silent)
    }
}

fn open(builder: impl Fn() -> Result<DeviceSinkBuilder, String>) -> Result<Output, String> {
    // At the rate of the clips: bringing them to another one costs their high tones, by which
    // consonants are told apart. A device that has no such rate is taken as it is.
    let ours = builder()?.with_sample_rate(rate());
    opened(ours).or_else(|_| opened(builder()?))
}

fn opened(builder: DeviceSinkBuilder) -> Result<Output, String> {
    let lost = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&lost);
    // A dead device calls this hundreds of thousands of times: set a flag and nothing else.
    let sink = builder.with_error_callback(move |error: rodio::CpalError| {
        let passing = matches!(
            error.kind(),
            CpalErrorKind::Xrun | CpalErrorKind::RealtimeDenied | CpalErrorKind::DeviceChanged
        );
        if !passing {
            flag.store(true, Ordering::Relaxed);
        }
    });
    let mut sink = sink.open_stream().map_err(|error| error.to_string())?;
    sink.log_on_drop(false);
    Ok(Output::Device(Device { sink, lost }))
}

fn rate() -> std::num::NonZero<u32> {
    std::num::NonZero::new(RATE).unwrap_or(std::num::NonZero::<u32>::MIN)
}

const MONO: std::num::NonZero<u16> = std::num::NonZero::<u16>::MIN;

fn buffer(samples: &[f32]) -> SamplesBuffer {
    SamplesBuffer::new(MONO, rate(), samples.to_vec())
}

/// What comes out of the same mixer and player that a device is fed from.
fn mixed(samples: &[f32]) -> Vec<f32> {
    let (mixer, source) = rodio::mixer::mixer(MONO, rate());
    let player = Player::connect_new(&mixer);
    player.append(buffer(samples));
    debug_assert_eq!(source.sample_rate().get(), RATE, "a mixer keeps its rate");
    // A connected player never ends by itself: take as much as was put in.
    source.take(samples.len()).collect()
}

#[cfg(test)]
pub(crate) mod played;
