use super::*;
use crate::profile::Profiles;

fn named(id: &str) -> Profile {
    Profiles::built_in().unwrap().named(id).unwrap().clone()
}

#[test]
fn a_job_is_bands_of_at_most_128_rows_and_ends_with_its_name() {
    let mut picture = Bitmap::new(576, 300);
    picture.fill(0, 0, 576, 300);
    let job = encode(&picture, *b"0042", &named("epson-tm-t82")).unwrap();
    assert!(job.bytes.starts_with(&[0x1B, 0x40, 0x1D, 0x76, 0x30, 0, 72, 0, 128, 0]));
    assert!(job.bytes.ends_with(&[48, 48, b'0', b'0', b'4', b'2', 0x1D, 0x72, 1]));
    assert_eq!(job.bytes.len(), 2 + 3 * 8 + 300 * 72 + 3 + 4 + 11 + 3);
}

/// P18: no picture can be drawn that gives the printer an order.
#[test]
fn no_picture_holds_a_real_time_command() {
    let mut dots = vec![0x10, 0x04, 0x10, 0x05, 0x10, 0x10, 0x14, 0x10, 0x06];
    quiet(&mut dots);
    assert_eq!(dots, [0x00, 0x04, 0x00, 0x05, 0x10, 0x00, 0x14, 0x10, 0x06]);
}

#[test]
fn a_job_ends_as_the_printer_can() {
    let picture = Bitmap::new(384, 8);
    let end = |id: &str| {
        let bytes = encode(&picture, *b"0042", &named(id)).unwrap().bytes;
        bytes[2 + 8 + 8 * 48..].to_vec()
    };
    assert_eq!(end("generic"), [0x1B, 0x64, 3, 0x1D, 0x56, 66, 0]);
    assert_eq!(end("xprinter-80"), [0x1B, 0x64, 4, 0x1D, 0x56, 65, 0, 0x1D, 0x72, 1]);
    let kiosk = [0x1B, 0x69, 0x1D, 0x65, 3, 12, 0x1D, 0x72, 1];
    assert_eq!(end("custom-vkp80"), kiosk, "cut, present, barrier");
}

#[test]
fn what_resyncs_fills_the_longest_band() {
    let bytes = resync(&named("xprinter-80"), 576);
    assert!(bytes.starts_with(&[0; 128 * 72]) && bytes.ends_with(&[0, 0x1B, 0x40]));
    assert!(resync(&named("epson-tm-t82"), 576).starts_with(&[0x10, 0x14, 8]));
}
