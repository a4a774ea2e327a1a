//! What is sent to a printer, read with other eyes: npos parses the bytes, zbar reads the code,
//! tesseract reads the words. All three are test tools only; `cargo xtask setup` installs them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod pty;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use devices::{
    Bitmap, Code, Confirmed, LinkUrl, Outcome, Painter, Paper, Printer, PrinterConfig,
    PrinterEvent, SlipLayout, Width,
};
use pty::pty;
use queue::Slip;

fn slip() -> Slip {
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    Slip {
        authority: "Ủy ban nhân dân tỉnh Yên Bái".into(),
        centre: "Trung tâm Phục vụ hành chính công".into(),
        title: "PHIẾU SỐ THỨ TỰ".into(),
        number: "H042".into(),
        place: "Quầy 9 hoặc 10".into(),
        zone: "Khu B".into(),
        service: pair("Lĩnh vực:", "Tài nguyên và Môi trường"),
        procedure: "Hỗ trợ ỄỂỖỔẪẨẴẲ".into(),
        ahead: pair("Số người chờ trước", "7 người"),
        issued: pair("Lấy số lúc:", "10:42 ngày 23/11/2026"),
        qr: Some("https://xephang.example.gov.vn/t/20261123-H042".into()),
        qr_words: pair("Quét mã để theo dõi lượt", "Không cần cài đặt."),
        foot: vec!["Vui lòng giữ phiếu và chú ý loa, màn hình.".into()],
        foot_bold: "Không thu tiền lấy số.".into(),
        last: "Xin cảm ơn.".into(),
        ..Slip::default()
    }
}

/// How the fake printer behaves.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    NoJobName,
    PaperOut,
    CoverOpen,
    Mute,
    HangsUp,
    NeverConfirms,
}

/// A printer on a loopback port; what it was sent comes back through the channel.
fn fake(fault: Fault) -> (LinkUrl, mpsc::Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (jobs, received) = mpsc::channel();
    std::thread::spawn(move || {
        for wire in listener.incoming().flatten() {
            serve(wire, fault, &jobs);
        }
    });
    (url, received)
}

fn serve(mut wire: impl Read + Write, fault: Fault, jobs: &mpsc::Sender<Vec<u8>>) {
    let (mut got, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let Ok(read @ 1..) = wire.read(&mut buffer) else { return };
        got.extend_from_slice(&buffer[..read]);
        while got.starts_with(&[0x10, 0x04]) && got.len() >= 3 {
            let answer = match (fault, got[2]) {
                (Fault::PaperOut, 4) => 0x72,
                (Fault::CoverOpen, 2) => 0x16,
                _ => 0x12,
            };
            got.drain(..3);
            if fault != Fault::Mute && wire.write_all(&[answer]).is_err() {
                return;
            }
        }
        if fault == Fault::HangsUp && got.len() > 5_000 {
            return;
        }
        let ending = got.len().checked_sub(14).map(|at| got[at..].to_vec());
        if let Some([0x1D, 0x28, 0x48, 6, 0, 48, 48, a, b, c, d, 0x1D, 0x72, 1]) = ending.as_deref()
        {
            let reply: &[u8] = match fault {
                Fault::NoJobName => &[0x00],
                Fault::NeverConfirms => &[],
                // An automatic status group comes first, as it may at any time.
                Fault::None | Fault::PaperOut | Fault::CoverOpen | Fault::Mute | Fault::HangsUp => {
                    &[0x14, 0x00, 0x00, 0x0F, 0x37, 0x22, *a, *b, *c, *d, 0x00, 0x00]
                }
            };
            jobs.send(std::mem::take(&mut got)).unwrap();
            if wire.write_all(reply).is_err() {
                return;
            }
        }
    }
}

fn config(url: LinkUrl, width: Width) -> PrinterConfig {
    PrinterConfig::named(url, "epson", width).unwrap()
}

fn draw(slip: &Slip) -> Bitmap {
    let layout = SlipLayout::built_in().unwrap();
    Painter::default().draw(slip, &layout, Paper::usual(Width::Mm80))
}

/// Prints one slip and gives its end.
fn print_on(fault: Fault) -> (Outcome, Option<Vec<u8>>) {
    let (url, jobs) = fake(fault);
    print_at(url, &jobs)
}

fn print_at(url: LinkUrl, jobs: &mpsc::Receiver<Vec<u8>>) -> (Outcome, Option<Vec<u8>>) {
    let (tell, told) = mpsc::channel();
    let config = config(url, Width::Mm80);
    let printer = Printer::start(config, move |event| tell.send(event).unwrap()).unwrap();
    assert!(printer.print(7, Box::new(slip())));
    let outcome = loop {
        match told.recv_timeout(Duration::from_secs(60)).unwrap() {
            PrinterEvent::Done { job, outcome } => {
                assert_eq!(job, 7);
                break outcome;
            }
            PrinterEvent::Ready(_) | PrinterEvent::Trouble(_) | PrinterEvent::NotTaken { .. } => {}
        }
    };
    drop(printer);
    (outcome, jobs.try_recv().ok())
}

fn tool(program: &str, args: &[&str]) -> String {
    let out = Command::new(program).args(args).output();
    let out = out.unwrap_or_else(|error| panic!("{program}: {error}; run: cargo xtask setup"));
    assert!(out.status.success(), "{program}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The dots of a PBM file (P4) as a picture.
fn read_pbm(path: &Path) -> Bitmap {
    let bytes = std::fs::read(path).unwrap();
    let head: Vec<usize> =
        bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i).take(2).collect();
    let size = String::from_utf8(bytes[head[0] + 1..head[1]].to_vec()).unwrap();
    let (width, height) = size.split_once(' ').unwrap();
    let (width, height): (usize, usize) = (width.parse().unwrap(), height.parse().unwrap());
    let mut picture = Bitmap::new(width, height);
    let dots = &bytes[head[1] + 1..];
    for y in 0..height {
        for x in 0..width {
            if dots[y * width / 8 + x / 8] >> (7 - x % 8) & 1 == 1 {
                picture.set(x, y);
            }
        }
    }
    picture
}

#[test]
fn the_bytes_decode_to_the_slip_that_was_drawn_and_the_code_and_the_words_read() {
    let (outcome, job) = print_on(Fault::None);
    assert_eq!(outcome, Outcome::Printed(Confirmed::ByJob));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("job"), job.unwrap()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/npos/decode.js");
    tool("node", &[script, &path("job"), &path("slip.pbm")]);
    let printed = read_pbm(Path::new(&path("slip.pbm")));
    assert!(printed == draw(&slip()), "the paper is not what was drawn");
    printed.write_png(std::fs::File::create(path("slip.png")).unwrap()).unwrap();
    let code = tool("zbarimg", &["--quiet", "--raw", "--nodbus", &path("slip.png")]);
    assert_eq!(code.trim(), "https://xephang.example.gov.vn/t/20261123-H042");
    let words = tool("tesseract", &[&path("slip.png"), "stdout", "-l", "vie", "--psm", "4"]);
    for line in
        ["TRUNG TÂM PHỤC VỤ", "HÀNH CHÍNH CÔNG", "nguyên và Môi trường", "9 hoặc 10", "7 người"]
    {
        assert!(words.contains(line), "{line:?} does not read:\n{words}");
    }
}

#[test]
fn a_printer_that_only_knows_the_barrier_confirms_too() {
    assert_eq!(print_on(Fault::NoJobName).0, Outcome::Printed(Confirmed::ByBarrier));
}

/// P8: a fault that is seen before the job costs no paper and is named.
#[test]
fn trouble_before_the_first_byte_prints_nothing_and_names_itself() {
    for (fault, code) in [
        (Fault::PaperOut, Code::PaperOut),
        (Fault::CoverOpen, Code::CoverOpen),
        (Fault::Mute, Code::NoAnswer),
    ] {
        match print_on(fault) {
            (Outcome::NotStarted(trouble), None) => assert_eq!(trouble.code, code),
            other => panic!("{other:?}"),
        }
    }
}

/// A printer at the other end of a pseudo terminal, and the name of this end.
fn fake_device(raw: bool) -> (String, OwnedFd, mpsc::Receiver<Vec<u8>>) {
    let (device, line, name) = pty(raw);
    let (jobs, received) = mpsc::channel();
    std::thread::spawn(move || serve(device, Fault::None, &jobs));
    (name, line, received)
}

#[test]
fn a_device_gets_the_job_whole_and_is_heard() {
    let wanted = print_on(Fault::None).1.unwrap();
    // A printer's own device passes every byte. A serial line does so once it is set: until then it
    // would answer back and turn line ends into others.
    for (raw, url) in [(true, "lp://PTS"), (false, "serial://PTS?baud=115200")] {
        let (name, _line, jobs) = fake_device(raw);
        let (outcome, job) = print_at(url.replace("PTS", &name).parse().unwrap(), &jobs);
        assert_eq!(outcome, Outcome::Printed(Confirmed::ByJob), "{url}");
        assert!(job.unwrap() == wanted, "{url}: other bytes");
    }
}

#[test]
fn a_device_that_another_program_holds_is_said_to_be_in_use() {
    let (name, _line, _jobs) = fake_device(true);
    let held = std::fs::File::options().read(true).write(true).open(&name).unwrap();
    held.lock().unwrap();
    let (tell, told) = mpsc::channel();
    let url = format!("lp://{name}").parse().unwrap();
    let config = config(url, Width::Mm80);
    let _printer = Printer::start(config, move |event| drop(tell.send(event))).unwrap();
    match told.recv_timeout(Duration::from_secs(60)).unwrap() {
        PrinterEvent::Trouble(trouble) => assert_eq!(trouble.code, Code::InUse),
        other @ (PrinterEvent::Ready(_)
        | PrinterEvent::Done { .. }
        | PrinterEvent::NotTaken { .. }) => panic!("{other:?}"),
    }
}

#[test]
fn a_printer_that_is_not_there_is_no_link() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("tcp://{closed}").parse().unwrap();
    let (tell, told) = mpsc::channel();
    let config = config(url, Width::Mm58);
    let _printer = Printer::start(config, move |event| drop(tell.send(event))).unwrap();
    match told.recv_timeout(Duration::from_secs(60)).unwrap() {
        PrinterEvent::Trouble(trouble) => assert_eq!(trouble.code, Code::NoLink),
        other @ (PrinterEvent::Ready(_)
        | PrinterEvent::Done { .. }
        | PrinterEvent::NotTaken { .. }) => panic!("{other:?}"),
    }
}

/// P8: what may be half a slip is said to be in doubt.
#[test]
fn trouble_in_the_middle_is_never_called_printed() {
    for fault in [Fault::HangsUp, Fault::NeverConfirms] {
        assert!(matches!(print_on(fault).0, Outcome::Unknown(_)));
    }
}

#[test]
fn a_file_takes_jobs_one_behind_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jobs.bin");
    let url: LinkUrl = format!("file://{}", path.display()).parse().unwrap();
    let (tell, told) = mpsc::channel();
    let config = PrinterConfig::named(url, "auto", Width::Mm80).unwrap();
    let printer = Printer::start(config, move |event| tell.send(event).unwrap()).unwrap();
    let mut sizes = Vec::new();
    for job in 0..2 {
        assert!(printer.print(job, Box::new(slip())));
        while !matches!(
            told.recv_timeout(Duration::from_secs(60)).unwrap(),
            PrinterEvent::Done { outcome: Outcome::Printed(Confirmed::ByWire), .. }
        ) {}
        sizes.push(std::fs::metadata(&path).unwrap().len());
    }
    assert_eq!(sizes[1], 2 * sizes[0]);
}

#[test]
fn stacked_capitals_keep_their_upper_marks() {
    // Ễ is Ê with a tilde: more ink above, and as much more room.
    let draw = |place: &str| draw(&Slip { place: place.into(), ..Slip::default() });
    let ink =
        |picture: &Bitmap| picture.rows().iter().flatten().map(|b| b.count_ones()).sum::<u32>();
    for (plain, stacked) in [("ÊÔÂĂ", "ỄỖẪẴ"), ("ÊÔÂĂ", "ỂỔẨẲ")] {
        let (plain, stacked) = (draw(plain), draw(stacked));
        assert!(ink(&stacked) > ink(&plain) + 60, "{} {}", ink(&plain), ink(&stacked));
    }
}
