//! Sound files in: WAV or FLAC of any rate, one channel or more, as one channel of samples.

use std::f64::consts::PI;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use rodio::Source;

/// Taps on each side of a sample when the rate changes.
const TAPS: i64 = 24;

/// One channel of samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// −1..=1.
    pub samples: Vec<f32>,
    /// Samples a second.
    pub rate: u32,
}

impl Sound {
    /// Reads a WAV or FLAC file; its channels are mixed into one.
    ///
    /// # Errors
    /// In words, when it cannot be read or is empty.
    pub fn read(path: &Path) -> Result<Self, String> {
        let file = BufReader::new(File::open(path).map_err(|error| error.to_string())?);
        let flac = path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("flac"));
        let decoder =
            if flac { rodio::Decoder::new_flac(file) } else { rodio::Decoder::new_wav(file) };
        Self::mixed(decoder.map_err(|error| error.to_string())?)
    }

    /// A WAV file that is in memory; a length that its header does not know, as of one written to a
    /// pipe, is no fault.
    ///
    /// # Errors
    /// In words, when it is none or is empty.
    pub fn from_wav(bytes: Vec<u8>) -> Result<Self, String> {
        let decoder = rodio::Decoder::new_wav(std::io::Cursor::new(bytes));
        Self::mixed(decoder.map_err(|error| error.to_string())?)
    }

    fn mixed(sound: impl Source) -> Result<Self, String> {
        let (channels, rate) = (sound.channels().get(), sound.sample_rate().get());
        let samples: Vec<f32> = sound.collect();
        let share = 1.0 / f32::from(channels);
        let frames = samples.chunks(usize::from(channels));
        let samples: Vec<f32> = frames.map(|frame| frame.iter().sum::<f32>() * share).collect();
        if samples.is_empty() {
            return Err("the clip is empty".to_owned());
        }
        Ok(Self { samples, rate })
    }

    /// Whether a file has a name that [`Sound::read`] takes.
    #[must_use]
    pub fn is_named(path: &Path) -> bool {
        let known = |ext: &std::ffi::OsStr| {
            ext.eq_ignore_ascii_case("flac") || ext.eq_ignore_ascii_case("wav")
        };
        path.extension().is_some_and(known)
    }

    /// How long it lasts, milliseconds.
    #[must_use]
    pub fn millis(&self) -> u64 {
        self.samples.len() as u64 * 1_000 / u64::from(self.rate)
    }

    /// The same sound at another rate, by a windowed sinc: nothing above half the lower of the two
    /// rates is left to fold back.
    #[must_use]
    pub fn at(&self, rate: u32) -> Self {
        if self.rate == rate {
            return self.clone();
        }
        let divisor = gcd(self.rate, rate);
        let (up, down) = (i64::from(rate / divisor), i64::from(self.rate / divisor));
        let filter = Filter::new(up, down);
        let length = i64::try_from(self.samples.len()).unwrap_or(i64::MAX) * up / down;
        let samples = (0..length).map(|i| filter.sample(&self.samples, i)).collect();
        Self { samples, rate }
    }
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The weights of the samples around each of the places between two samples that can occur.
struct Filter {
    up: i64,
    down: i64,
    reach: i64,
    phases: Vec<Vec<f32>>,
}

impl Filter {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "small numbers and weights"
    )]
    fn new(up: i64, down: i64) -> Self {
        let cut = (up as f64 / down as f64).min(1.0) * 0.95;
        let reach = (TAPS as f64 / cut).ceil() as i64;
        let weight = |x: f64| {
            let sinc = if x.abs() < 1e-9 { 1.0 } else { (PI * cut * x).sin() / (PI * cut * x) };
            let window = 0.5 + 0.5 * (PI * x / (reach as f64 + 1.0)).cos();
            sinc * window * cut
        };
        let phase = |p: i64| {
            let part = p as f64 / up as f64;
            let weights: Vec<f64> = (1 - reach..=reach).map(|k| weight(k as f64 - part)).collect();
            let sum: f64 = weights.iter().sum();
            weights.into_iter().map(|weight| (weight / sum) as f32).collect()
        };
        Self { up, down, reach, phases: (0..up).map(phase).collect() }
    }

    fn sample(&self, samples: &[f32], i: i64) -> f32 {
        let at = i * self.down;
        let (whole, part) = (at / self.up, usize::try_from(at % self.up).unwrap_or_default());
        let near = (1 - self.reach..=self.reach).zip(&self.phases[part]);
        near.map(|(k, weight)| {
            let sample = usize::try_from(whole + k).ok().and_then(|at| samples.get(at));
            sample.copied().unwrap_or_default() * weight
        })
        .sum()
    }
}

#[cfg(test)]
mod tests;
