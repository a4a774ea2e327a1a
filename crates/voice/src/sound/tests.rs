use std::f32::consts::TAU;

use super::*;

fn tone(hz: f32, rate: u32) -> Sound {
    let samples = (0..rate / 2).map(|i| 0.5 * (TAU * hz * i as f32 / rate as f32).sin());
    Sound { samples: samples.collect(), rate }
}

fn level(samples: &[f32]) -> f32 {
    let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
    (middle.iter().map(|s| s * s).sum::<f32>() / middle.len() as f32).sqrt()
}

/// Each rate people record at: what can be heard stays, what cannot be held does not fold back.
#[test]
fn a_tone_keeps_its_pitch_and_level_at_any_rate() {
    for rate in [8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000] {
        let there = tone(1_000.0, rate).at(24_000);
        assert_eq!(there.samples.len(), 12_000, "{rate}");
        let expected = tone(1_000.0, 24_000).samples;
        let middle = 3_000..9_000;
        let worst = middle.map(|i| (there.samples[i] - expected[i]).abs()).fold(0.0, f32::max);
        assert!(worst < 0.01, "{rate}: off by {worst}");
    }
    let folded = level(&tone(15_000.0, 48_000).at(24_000).samples);
    assert!(folded < 0.005, "15 kHz came back as {folded}");
    assert!((level(&tone(9_000.0, 48_000).at(24_000).samples) - 0.3535).abs() < 0.02);
}

/// espeak-ng, like others, writes its header before it knows how much it will say.
#[test]
fn a_wav_from_a_pipe_need_not_know_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.wav");
    crate::write_clip(&path, &tone(200.0, 22_050)).unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    bytes[4..8].copy_from_slice(&0x7fff_f024_u32.to_le_bytes());
    bytes[40..44].copy_from_slice(&0x7fff_f000_u32.to_le_bytes());
    let sound = Sound::from_wav(bytes).unwrap();
    assert_eq!((sound.rate, sound.samples.len()), (22_050, 11_025));
    assert!(Sound::from_wav(b"no sound".to_vec()).is_err());
}

#[test]
fn channels_become_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.wav");
    let mut bytes = Vec::new();
    let data: Vec<u8> =
        (0..100_i16).flat_map(|_| [16_384_i16, 0]).flat_map(i16::to_le_bytes).collect();
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + u32::try_from(data.len()).unwrap()).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    bytes.extend_from_slice(&44_100_u32.to_le_bytes());
    bytes.extend_from_slice(&176_400_u32.to_le_bytes());
    bytes.extend_from_slice(b"\x04\0\x10\0data");
    bytes.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(data);
    std::fs::write(&path, bytes).unwrap();
    let sound = Sound::read(&path).unwrap();
    assert_eq!((sound.rate, sound.samples.len()), (44_100, 100));
    assert!(sound.samples.iter().all(|s| (s - 0.25).abs() < 0.001));
    std::fs::write(&path, "no sound").unwrap();
    assert!(Sound::read(&path).is_err());
}
