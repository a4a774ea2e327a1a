//! A bus without a bus: LED modules and keypads on pseudo terminals.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod pty;

use std::fs::File;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use devices::{Bus, BusEvent, BusPlan};
use pty::pty;

/// Longer than anything here takes; only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

fn started(name: &str, rest: &str) -> (Bus, Receiver<BusEvent>) {
    let plan: BusPlan =
        toml::from_str(&format!("line = \"serial://{name}?baud=9600\"\n{rest}")).unwrap();
    let (tell, told) = channel();
    let bus = Bus::start(plan, move |event| drop(tell.send(event))).unwrap();
    (bus, told)
}

fn event(told: &Receiver<BusEvent>) -> String {
    match told.recv_timeout(PATIENCE).unwrap() {
        BusEvent::Ready => "ready".into(),
        BusEvent::Pressed(deed) => deed,
        BusEvent::Silent(address) => format!("silent {address}"),
        BusEvent::Lost(trouble) => format!("lost: {trouble}"),
    }
}

/// Reads until these bytes have come.
fn expect(line: &mut File, wanted: &[u8]) {
    let mut got = Vec::new();
    let mut byte = [0];
    while !got.ends_with(wanted) {
        assert!(got.len() < 4_096, "{got:?}");
        line.read_exact(&mut byte).unwrap();
        got.push(byte[0]);
    }
}

const LED: &str =
    "[[led]]\naddress = 3\ncounter = \"10\"\nwidth = 4\nframe = \"{02}{addr:02}{text}{03}\"\n";

#[test]
fn a_module_shows_the_last_number_of_its_counter_and_is_blank_at_the_end() {
    let (mut line, _held, name) = pty(true);
    let (bus, told) = started(&name, LED);
    assert_eq!(event(&told), "ready");
    expect(&mut line, b"\x0203    \x03");
    bus.show("9", "H041");
    bus.show("10", "H042");
    expect(&mut line, b"\x0203H042\x03");
    for number in 43..=60 {
        bus.show("10", &format!("H{number:03}"));
    }
    expect(&mut line, b"\x0203H060\x03");
    drop(bus);
    expect(&mut line, b"\x0203    \x03");
}

#[test]
fn a_module_that_does_not_answer_is_said_once() {
    let (mut line, _held, name) = pty(true);
    let (bus, told) = started(&name, "[[led]]\naddress = 1\nwidth = 2\nregister = 0\n");
    assert_eq!(event(&told), "ready");
    assert_eq!(event(&told), "silent 1");
    bus.show("", "42");
    expect(&mut line, &[1, 16, 0, 0, 0, 2, 4, 0, b'4', 0, b'2']);
    drop(bus);
    assert!(told.recv_timeout(PATIENCE).is_err(), "and then nothing more");
}

const PAD: &str = "[[keypad]]\naddress = 7\npoll = \"{02}{addr:02}P{03}\"\nreply = \"{02}{addr:02}K{key}{xor8}{03}\"\nkeys = { 1 = \"main\", 2 = \"recall\" }\n";

fn answer(key: u8) -> Vec<u8> {
    let mut bytes = vec![2, b'0', b'7', b'K', key];
    bytes.push(bytes.iter().fold(0, |sum, byte| sum ^ byte));
    bytes.push(3);
    bytes
}

/// A keypad that is asked: noise is no key, a key that is held is one press.
#[test]
fn a_keypad_is_asked_and_its_keys_are_heard_once() {
    let (mut line, _held, name) = pty(true);
    // However slow the machine is, an answer comes in time.
    let (_bus, told) = started(&name, &format!("answer_ms = 20000\n{PAD}"));
    assert_eq!(event(&told), "ready");
    let ask: &[u8] = b"\x0207P\x03";
    let mut none = answer(b'1');
    none[5] ^= 0x40;
    let noisy = [b"\xff\x02\x00".as_slice(), &answer(b'2')].concat();
    for said in [none.clone(), answer(b'1'), answer(b'1'), none, answer(b'1'), noisy] {
        expect(&mut line, ask);
        line.write_all(&said).unwrap();
    }
    assert_eq!([event(&told), event(&told), event(&told)], ["main", "main", "recall"]);
    // A key without a meaning does nothing.
    expect(&mut line, ask);
    line.write_all(&answer(b'9')).unwrap();
    expect(&mut line, ask);
    line.write_all(&answer(b'1')).unwrap();
    assert_eq!(event(&told), "main");
}

/// One that speaks by itself, in pieces, beside a module on the same line.
#[test]
fn a_keypad_that_speaks_by_itself_is_heard_in_pieces() {
    let (mut line, _held, name) = pty(true);
    let pad = PAD.replace("poll = \"{02}{addr:02}P{03}\"\n", "");
    let (bus, told) = started(&name, &format!("{LED}{pad}"));
    assert_eq!(event(&told), "ready");
    let one = answer(b'1');
    line.write_all(b"\x02\x0207").unwrap();
    bus.show("10", "H042");
    expect(&mut line, b"\x0203H042\x03");
    line.write_all(&one[..3]).unwrap();
    bus.show("10", "H043");
    expect(&mut line, b"\x0203H043\x03");
    line.write_all(&one[3..]).unwrap();
    assert_eq!(event(&told), "main");
    // Contacts bounce: one press.
    line.write_all(&[answer(b'2'), answer(b'2'), answer(b'1')].concat()).unwrap();
    assert_eq!([event(&told), event(&told)], ["recall", "main"]);
}

#[test]
fn a_line_that_is_not_there_is_said_once_and_found_when_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("luot-bus");
    let (bus, told) = started(path.to_str().unwrap(), LED);
    assert!(event(&told).starts_with("lost: "));
    bus.show("10", "H042");
    let (mut line, _held, name) = pty(true);
    std::os::unix::fs::symlink(&name, &path).unwrap();
    assert_eq!(event(&told), "ready");
    expect(&mut line, b"\x0203H042\x03");
}
