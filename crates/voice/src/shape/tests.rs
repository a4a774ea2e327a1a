use std::f32::consts::TAU;

use super::*;
use crate::faults::{Fault, of_clip};

/// A vowel that swells and fades, with a pause and some room before and behind it.
fn raw(peak: f32, room: f32, rate: u32) -> Sound {
    let at = |i: u32| {
        let t = i as f32 / rate as f32;
        let voice = if (0.5..1.1).contains(&t) { (TAU * 0.5 * (t - 0.5) / 0.6).sin() } else { 0.0 };
        let tone = (TAU * 220.0 * t).sin() + 0.5 * (TAU * 660.0 * t).sin();
        let noise = f32::from(u16::try_from((i.wrapping_mul(2_654_435_761)) >> 16).unwrap());
        (voice * tone * peak / 1.3 + room * (noise / 32_768.0 - 1.0)).clamp(-1.0, 1.0)
    };
    Sound { samples: (0..rate * 2).map(at).collect(), rate }
}

#[test]
fn a_raw_recording_becomes_a_clip_like_the_others() {
    for (peak, rate) in [(0.05, 44_100), (0.4, 48_000), (0.9, 16_000)] {
        let clip = shape(&raw(peak, 0.0, rate)).unwrap();
        assert_eq!(clip.rate, CLIP_RATE);
        assert!((active_dbfs(&clip) - LEVEL_DBFS).abs() < 0.5, "{}", active_dbfs(&clip));
        assert!((550..750).contains(&clip.millis()), "{} ms at {rate}", clip.millis());
        assert!(clip.samples[0].abs() < 0.001 && clip.samples.last().unwrap().abs() < 0.001);
        assert_eq!(of_clip(&clip, 1, true), []);
    }
}

#[test]
fn a_key_struck_before_the_word_is_cut_off() {
    let mut sound = raw(0.4, 0.0, 24_000);
    for i in 100..220 {
        sound.samples[i] = if i % 2 == 0 { 0.3 } else { -0.3 };
    }
    let clip = shape(&sound).unwrap();
    assert!((550..750).contains(&clip.millis()), "{} ms", clip.millis());
}

#[test]
fn an_offset_of_the_input_goes() {
    let mut sound = raw(0.3, 0.0, 24_000);
    sound.samples.iter_mut().for_each(|s| *s += 0.1);
    let clip = shape(&sound).unwrap();
    let mean = clip.samples.iter().sum::<f32>() / clip.samples.len() as f32;
    assert!(mean.abs() < 0.005, "{mean}");
    assert!((550..750).contains(&clip.millis()), "{} ms", clip.millis());
}

#[test]
fn each_fault_is_found_and_told_in_both_languages() {
    let word = |faults: &[Fault]| faults.iter().map(Fault::word).collect::<Vec<_>>();
    assert_eq!(word(&of_clip(&raw(0.4, 0.0, 24_000), 1, false)), Vec::<&str>::new());
    assert_eq!(word(&of_clip(&raw(0.4, 0.1, 24_000), 1, false)), ["noise"]);
    assert_eq!(word(&of_clip(&raw(2.5, 0.0, 24_000), 1, false)), ["clipped"]);
    assert_eq!(word(&of_clip(&raw(0.0, 0.0, 24_000), 1, false)), ["silent"]);
    assert!(shape(&raw(0.0, 0.0, 24_000)).is_none());
    let mut clip = shape(&raw(0.4, 0.0, 24_000)).unwrap();
    clip.samples.iter_mut().for_each(|s| *s *= 0.5);
    assert_eq!(word(&of_clip(&clip, 1, true)), ["level"]);
    assert_eq!(word(&of_clip(&raw(0.4, 0.0, 24_000), 1, true)).last(), Some(&"edge"));
    let clip = shape(&raw(0.4, 0.0, 24_000)).unwrap();
    let cut = Sound { samples: clip.samples[..2_400].to_vec(), rate: clip.rate };
    assert!(word(&of_clip(&cut, 1, true)).contains(&"short"));
    let long = Sound { samples: clip.samples.repeat(4), rate: clip.rate };
    assert!(word(&of_clip(&long, 1, true)).contains(&"long"));
    for fault in [Fault::Missing, Fault::Level(-5.0), Fault::Level(5.0), Fault::Noise(12.0)] {
        assert!(!fault.vi().is_empty() && fault.vi() != fault.en());
    }
}
