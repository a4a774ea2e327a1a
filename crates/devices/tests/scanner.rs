//! A scanner without a scanner: codes through a pseudo terminal.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pty;

use std::io::Write;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use devices::{LinkUrl, Scanner, ScannerEvent};
use pty::pty;

/// Longer than anything here takes; only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

fn started(name: &str) -> (Scanner, Receiver<ScannerEvent>) {
    let url: LinkUrl = format!("serial://{name}?baud=9600").parse().unwrap();
    let (tell, told) = channel();
    let scanner = Scanner::start(url, move |event| drop(tell.send(event))).unwrap();
    (scanner, told)
}

fn code(told: &Receiver<ScannerEvent>) -> String {
    match told.recv_timeout(PATIENCE).unwrap() {
        ScannerEvent::Read(scanned) => scanned.text().to_owned(),
        other @ (ScannerEvent::Ready | ScannerEvent::Trouble(_)) => format!("{other:?}"),
    }
}

#[test]
fn codes_come_whole_in_order_and_without_their_ends() {
    let (mut scanner, _line, name) = pty(true);
    let (_thread, told) = started(&name);
    assert_eq!(code(&told), "Ready");
    scanner.write_all("Nguyễn|1\r\nH042\r".as_bytes()).unwrap();
    assert_eq!((code(&told), code(&told)), ("Nguyễn|1".into(), "H042".into()));
    // Without an end it is over when the line is silent.
    scanner.write_all(b"123456").unwrap();
    assert_eq!(code(&told), "123456");
}

#[test]
fn what_is_no_code_is_dropped_and_the_next_one_read() {
    let (mut scanner, _line, name) = pty(true);
    let (_thread, told) = started(&name);
    assert_eq!(code(&told), "Ready");
    scanner.write_all(&[0xff, 0xfe, b'\r']).unwrap();
    scanner.write_all(&[b'9'; 3_000]).unwrap();
    scanner.write_all(b"\r\r\nlast\r").unwrap();
    assert_eq!(code(&told), "last");
}

#[test]
fn a_scanner_that_is_not_there_is_said_once() {
    let (_thread, told) = started("/dev/luot-no-such-scanner");
    assert!(code(&told).starts_with("Trouble"));
}

#[test]
fn what_was_read_is_in_no_debug_text() {
    let (mut scanner, _line, name) = pty(true);
    let (_thread, told) = started(&name);
    assert_eq!(code(&told), "Ready");
    scanner.write_all(b"001099000001|x\r").unwrap();
    let event = told.recv_timeout(PATIENCE).unwrap();
    assert_eq!(format!("{event:?}"), "Read(Scanned(14 bytes))");
}
