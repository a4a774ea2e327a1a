//! Where a voice is recorded from: a microphone, or a folder of recordings.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use rodio::microphone::{Input, MicrophoneBuilder, available_inputs};
use rodio::{DeviceTrait, Source};

use crate::Sound;

/// No line of a sheet takes longer to say, seconds.
const LONGEST_S: u32 = 30;
/// How long a microphone may take to give what it has heard.
const ANSWER: Duration = Duration::from_secs(3);

/// Where a voice is recorded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputUrl {
    /// `default`: the system's microphone.
    Default,
    /// `alsa:NAME`: this microphone and no other.
    Alsa(String),
    /// `wav:///DIR`: each line is read from `KEY.wav` or `KEY.flac` in a folder.
    Folder(PathBuf),
}

/// The text is not an input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a microphone; write default, alsa:NAME or wav:///folder")]
pub struct NotAnInput(String);

impl FromStr for InputUrl {
    type Err = NotAnInput;

    fn from_str(text: &str) -> Result<Self, NotAnInput> {
        match text.split_once(':') {
            None if text == "default" => Ok(Self::Default),
            Some(("alsa", name)) if !name.is_empty() => Ok(Self::Alsa(name.to_owned())),
            Some(("wav", path)) if path.len() > 2 => {
                Ok(Self::Folder(path.strip_prefix("//").unwrap_or(path).into()))
            }
            _ => Err(NotAnInput(text.to_owned())),
        }
    }
}

/// A recording that runs.
#[derive(Debug)]
pub struct Recording {
    stop: Arc<AtomicBool>,
    sound: mpsc::Receiver<Result<Sound, String>>,
}

impl Recording {
    /// Begins to record the line with this key.
    ///
    /// # Errors
    /// In words, when there is no such microphone.
    pub fn begin(from: &InputUrl, key: &str) -> Result<Self, String> {
        let stop = Arc::new(AtomicBool::new(false));
        let (tell, sound) = mpsc::channel();
        let builder = match from {
            InputUrl::Folder(folder) => {
                let files = ["wav", "flac"].map(|ext| folder.join(format!("{key}.{ext}")));
                let file = files.iter().find(|file| file.is_file()).unwrap_or(&files[0]);
                let read = Sound::read(file).map_err(|why| format!("{}: {why}", file.display()));
                tell.send(read).map_err(|error| error.to_string())?;
                return Ok(Self { stop, sound });
            }
            InputUrl::Default => MicrophoneBuilder::new().default_device(),
            InputUrl::Alsa(name) => MicrophoneBuilder::new().device(named(name)?),
        };
        let builder = builder.map_err(|error| error.to_string())?;
        let builder = builder.default_config().map_err(|error| error.to_string())?;
        let microphone = builder.open_stream().map_err(|error| error.to_string())?;
        let enough = Arc::clone(&stop);
        // The stream of a device stays on the thread that reads it.
        std::thread::Builder::new()
            .name("microphone".into())
            .spawn(move || drop(tell.send(Ok(listen(microphone, &enough)))))
            .map_err(|error| error.to_string())?;
        Ok(Self { stop, sound })
    }

    /// Ends it and gives what was heard.
    ///
    /// # Errors
    /// In words, when the microphone gives nothing.
    pub fn end(self) -> Result<Sound, String> {
        self.stop.store(true, Ordering::Relaxed);
        let sound = self.sound.recv_timeout(ANSWER);
        sound.map_err(|_| "the microphone does not answer".to_owned())?
    }
}

/// What a microphone hears until it is enough; its channels are mixed into one.
fn listen(mut microphone: impl Source, enough: &AtomicBool) -> Sound {
    let (channels, rate) =
        (usize::from(microphone.channels().get()), microphone.sample_rate().get());
    let most = usize::try_from(u64::from(rate) * u64::from(LONGEST_S)).unwrap_or(usize::MAX);
    let mut samples = Vec::new();
    while samples.len() < most && !enough.load(Ordering::Relaxed) {
        let frame: Vec<f32> = microphone.by_ref().take(channels).collect();
        if frame.len() < channels {
            break;
        }
        let share = 1.0 / f32::from(u16::try_from(channels).unwrap_or(1));
        samples.push(frame.iter().sum::<f32>() * share);
    }
    Sound { samples, rate }
}

/// A microphone of the machine by its name.
fn named(name: &str) -> Result<Input, String> {
    let inputs = available_inputs().map_err(|error| error.to_string())?;
    let same = |input: &Input| {
        input.clone().into_inner().id().is_ok_and(|id| id.to_string().ends_with(name))
    };
    inputs.into_iter().find(same).ok_or_else(|| format!("no microphone named {name}"))
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use rodio::buffer::SamplesBuffer;

    use super::*;

    #[test]
    fn channels_of_a_microphone_become_one() {
        let samples: Vec<f32> = [0.5, 0.1].repeat(1_000);
        let (two, rate) = (NonZero::new(2).unwrap(), NonZero::new(16_000).unwrap());
        let heard = listen(SamplesBuffer::new(two, rate, samples), &AtomicBool::new(false));
        assert_eq!((heard.rate, heard.samples.len()), (16_000, 1_000));
        assert!(heard.samples.iter().all(|s| (s - 0.3).abs() < 1e-6));
    }

    #[test]
    fn a_recording_ends_when_it_is_enough() {
        let (one, rate) = (NonZero::new(1).unwrap(), NonZero::new(8_000).unwrap());
        let endless = SamplesBuffer::new(one, rate, vec![0.1; 8_000]).repeat_infinite();
        assert_eq!(listen(endless, &AtomicBool::new(false)).millis(), 30_000);
        let endless = SamplesBuffer::new(one, rate, vec![0.1; 8_000]).repeat_infinite();
        assert_eq!(listen(endless, &AtomicBool::new(true)).samples.len(), 0);
    }

    #[test]
    fn an_input_reads_as_it_is_written() {
        assert_eq!("default".parse(), Ok(InputUrl::Default));
        assert_eq!("alsa:plughw:1".parse(), Ok(InputUrl::Alsa("plughw:1".into())));
        assert_eq!("wav:///tmp/x".parse(), Ok(InputUrl::Folder("/tmp/x".into())));
        assert!("microphone".parse::<InputUrl>().is_err());
    }
}
