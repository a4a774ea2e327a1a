//! WAV files, 16 bit mono: what would have been heard.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result, Seek, SeekFrom, Write};
use std::path::Path;

use crate::RATE;

const HEADER: u64 = 44;

/// Appends samples to a WAV file, which is made when it is missing; the header is right after
/// every call.
///
/// # Errors
/// When the file cannot be written or is another kind of file.
pub fn write_wav(path: &Path, samples: &[f32]) -> Result<()> {
    let mut file =
        File::options().read(true).write(true).create(true).truncate(false).open(path)?;
    let length = file.metadata()?.len();
    if length > 0 && length < HEADER {
        return Err(Error::new(ErrorKind::InvalidData, "not a WAV file of ours"));
    }
    let bytes = pcm(samples);
    let data = length.saturating_sub(HEADER) + bytes.len() as u64;
    file.seek(SeekFrom::Start(length.max(HEADER)))?;
    file.write_all(&bytes)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&header(data, RATE)?)?;
    file.sync_all()
}

/// Writes one clip at its own rate, in the place of an older file.
///
/// # Errors
/// When the file cannot be written.
pub fn write_clip(path: &Path, sound: &crate::Sound) -> Result<()> {
    let data = pcm(&sound.samples);
    let mut bytes = header(data.len() as u64, sound.rate)?;
    bytes.extend(data);
    let mut file = File::create(path)?;
    file.write_all(&bytes)?;
    file.sync_all()
}

fn pcm(samples: &[f32]) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits")]
    let sample = |sample: &f32| ((sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16).to_le_bytes();
    samples.iter().flat_map(sample).collect()
}

fn header(data: u64, rate: u32) -> Result<Vec<u8>> {
    let data = u32::try_from(data).map_err(Error::other)?;
    let mut header = Vec::new();
    header.extend_from_slice(b"RIFF");
    header.extend_from_slice(&(data + 36).to_le_bytes());
    header.extend_from_slice(b"WAVEfmt ");
    header.extend_from_slice(&16_u32.to_le_bytes());
    header.extend_from_slice(&1_u16.to_le_bytes());
    header.extend_from_slice(&1_u16.to_le_bytes());
    header.extend_from_slice(&rate.to_le_bytes());
    header.extend_from_slice(&(rate * 2).to_le_bytes());
    header.extend_from_slice(&2_u16.to_le_bytes());
    header.extend_from_slice(&16_u16.to_le_bytes());
    header.extend_from_slice(b"data");
    header.extend_from_slice(&data.to_le_bytes());
    Ok(header)
}

/// Reads a WAV file written by [`write_wav`].
///
/// # Errors
/// When the file cannot be read or is another kind of file.
pub fn read_wav(path: &Path) -> Result<Vec<f32>> {
    let mut bytes = Vec::new();
    File::open(path)?.read_to_end(&mut bytes)?;
    if bytes.len() < 44 || &bytes[..4] != b"RIFF" || bytes[24..28] != RATE.to_le_bytes() {
        return Err(Error::new(ErrorKind::InvalidData, "not a WAV file of ours"));
    }
    let samples = bytes[44..].chunks_exact(2);
    Ok(samples.map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_767.0).collect())
}
