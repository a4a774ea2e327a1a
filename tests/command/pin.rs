//! A PIN from the command line to a kiosk's config.

use std::io::Write;
use std::process::{Command, Stdio};

use queue::PinHash;
use station::config::{KioskConfig, load};
use station::pin::Pin;

use crate::programs::bin;

/// What `luot pin` says to this on its standard input, and how it ends.
fn pin(typed: &str) -> (i32, String, String) {
    let mut command = Command::new(bin().join("luot"));
    command.arg("pin").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_pin_becomes_what_a_kiosk_keeps_of_it_and_nothing_else_does() {
    let (code, kept, err) = pin("274901\n");
    assert_eq!(code, 0, "{err}");
    let kept = kept.trim_end();
    assert!(Pin::new("274901").is(&PinHash(kept.to_owned())) && !kept.contains("274901"));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kiosk.toml");
    let written = |pin: &str| {
        std::fs::write(&file, format!("[staff]\npin = \"{pin}\"\n")).unwrap();
        load::<KioskConfig>(&file)
    };
    assert_eq!(written(kept).unwrap().staff.pin, kept);
    let plain = written("274901").unwrap_err();
    assert_eq!((plain.line, plain.what.contains("luot pin")), (Some(2), true), "{plain}");

    for none in ["12\n", "12a456\n", "\n", ""] {
        let (code, out, err) = pin(none);
        assert_eq!((code, out.as_str()), (2, ""), "{none:?}");
        assert!(err.contains("4 to 12 figures"), "{err}");
    }
}
