//! `luot doctor`: each check has a centre that fails it, and a look changes nothing.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use serde_json::Value;
use store::{Store, StoreUrl};

use super::{Answer, Desk};
use crate::programs::bin;

/// What one look said, with its exit code.
struct Said {
    code: i32,
    lines: Vec<Value>,
}

impl Said {
    fn of(answer: &Answer) -> Self {
        let object = answer.object();
        let code = match object["state"].as_str().unwrap() {
            "trouble" => 2,
            "warning" => 1,
            _ => 0,
        };
        assert_eq!(answer.code, code, "{answer:?}");
        let lines = object["lines"].as_array().unwrap().clone();
        for line in &lines {
            // Whatever is not as it should be has something to do about it, in both languages.
            let bad = ["warning", "trouble"].contains(&line["state"].as_str().unwrap());
            assert_eq!(line["todo"].is_object(), bad, "{line}");
            assert!(["vi", "en"].iter().all(|lang| !line[lang].as_str().unwrap().is_empty()));
        }
        Self { code, lines }
    }

    /// The worst state of a check and what is said with it; nothing when it was not made.
    #[track_caller]
    fn check(&self, name: &str) -> (String, String) {
        let of = |line: &&Value| line["check"] == name;
        let rank = |line: &&Value| {
            ["fine", "note", "warning", "trouble"].iter().position(|word| line["state"] == *word)
        };
        let line = self.lines.iter().filter(of).max_by_key(rank);
        let line = line.unwrap_or_else(|| panic!("{name} was not looked at: {:?}", self.lines));
        (line["state"].as_str().unwrap().into(), line["en"].as_str().unwrap().into())
    }

    #[track_caller]
    fn is(&self, name: &str, state: &str, part: &str) {
        let (found, said) = self.check(name);
        assert!(found == state && said.contains(part), "{name} is {found}: {said}");
    }
}

/// A centre whose every check is fine: copied and proven, with a printer and a sound that are files.
fn centre() -> Desk {
    let desk = Desk::open();
    std::fs::set_permissions(desk.folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    desk.ticket(&["issue", "stnmt"]);
    assert_eq!(desk.run(&["backup", "--if-due"]).object()["proof"]["ok"], true);
    let packs = xtask::root().join("assets/voice");
    let store = format!("store = {:?}\n", desk.url());
    let config = |name: &str, more: String| {
        std::fs::write(desk.path(name), format!("{store}{more}")).unwrap();
    };
    config("kiosk.toml", format!("[printer]\nurl = \"file://{}\"\n", desk.name("job.bin")));
    config("counter.toml", "counter = \"10\"\n".into());
    let wav = desk.name("call.wav");
    config("hall.toml", format!("[sound]\noutput = \"wav://{wav}\"\npacks = {packs:?}\n"));
    config("web.toml", String::new());
    desk
}

fn look(desk: &Desk) -> Said {
    let folder = desk.folder.path().display().to_string();
    Said::of(&desk.run(&["doctor", "--config", &folder]))
}

/// A look at another queue, without configs.
fn look_at(path: &Path) -> Said {
    let mut luot = Command::new(bin().join("luot"));
    luot.args(["--json", "doctor", "--config", "/nowhere", "--store"]);
    let out = luot.arg(format!("sqlite:{}", path.display())).output().unwrap();
    Said::of(&Answer {
        code: out.status.code().unwrap(),
        out: String::from_utf8(out.stdout).unwrap(),
        err: String::from_utf8(out.stderr).unwrap(),
    })
}

fn change(desk: &Desk, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(desk.path(file)).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(desk.path(file), text.replace(from, to)).unwrap();
}

/// Every file of a folder: its size, its last change, its owner and mode.
fn state(folder: &Path) -> BTreeMap<String, (u64, i64, i64, u32)> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let file = entry.metadata().unwrap();
        let name = entry.path().display().to_string();
        if file.is_dir() {
            found.extend(state(&entry.path()));
        }
        found.insert(name, (file.len(), file.mtime(), file.mtime_nsec(), file.mode()));
    }
    found
}

#[test]
fn a_machine_that_is_fit_is_said_to_be() {
    let desk = centre();
    let before = state(desk.folder.path());
    let said = look(&desk);
    assert_eq!(said.code, 0, "{:?}", said.lines);
    for check in [
        "library", "disk", "space", "log", "store", "chain", "counters", "config", "backup",
        "clock", "printer", "sound", "voice", "hall", "screen",
    ] {
        said.is(check, "fine", "");
    }
    assert_eq!(state(desk.folder.path()), before, "a look changes nothing");
    let folder = desk.folder.path().display().to_string();
    let people = desk.said(&["doctor", "--config", &folder]);
    assert!(people.out.contains("[tốt]") && people.out.contains("nguyên vẹn"), "{people:?}");
    let people = desk.said(&["doctor", "--config", &folder, "--lang", "en"]);
    assert!(people.out.contains("[fine]") && people.out.contains("is whole"), "{people:?}");
}

/// While a program has the file open, and after one was killed with its log unread.
#[test]
fn a_look_disturbs_nobody() {
    let desk = centre();
    let url: StoreUrl = desk.url().parse().unwrap();
    let mut open = Store::open(&url).unwrap();
    desk.ticket(&["issue", "stnmt"]);
    let seq = open.last_seq().unwrap();
    let before = state(desk.folder.path());
    look(&desk).is("store", "fine", &format!("event {seq} "));
    assert_eq!(state(desk.folder.path()), before);
    desk.ticket(&["issue", "stnmt"]);
    let after = desk.folder.path().join("after");
    std::fs::create_dir(&after).unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let name = format!("queue.db{suffix}");
        std::fs::copy(desk.path(&name), after.join(&name)).unwrap();
    }
    let (before, now) = (state(&after), open.last_seq().unwrap());
    look_at(&after.join("queue.db")).is("store", "fine", &format!("event {now} "));
    assert_eq!(state(&after), before);
    std::fs::remove_file(after.join("queue.db-shm")).unwrap();
    let before = state(&after);
    look_at(&after.join("queue.db")).is("store", "warning", "was cut off");
    assert_eq!(state(&after), before);
}

#[test]
fn a_broken_file_is_told_and_left_alone() {
    let desk = centre();
    let whole = std::fs::read(desk.path("queue.db")).unwrap();
    let with = |bytes: &[u8], part: &str| {
        std::fs::write(desk.path("queue.db"), bytes).unwrap();
        let before = state(desk.folder.path());
        let said = look(&desk);
        said.is("store", "trouble", part);
        // What does not hang on the file is looked at all the same.
        said.is("printer", "fine", "");
        said.is("voice", "fine", "");
        assert_eq!(state(desk.folder.path()), before);
    };
    let mut spoilt = whole.clone();
    spoilt[8_192..].fill(0x5a);
    with(&spoilt, "damaged");
    with(&whole[..whole.len() / 2], "damaged");
    with(b"", "damaged");
    with(b"a letter to somebody, long enough to be one hundred bytes of a file that is no database at all, is it", "not a queue");
    let mut newer = whole.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    with(&newer, "newer program");
    std::fs::remove_file(desk.path("queue.db")).unwrap();
    look(&desk).is("store", "trouble", "no queue at");
    std::fs::write(desk.path("queue.db"), &whole).unwrap();
    std::fs::write(desk.path("queue.damaged"), "").unwrap();
    look(&desk).is("store", "trouble", "being restored");
    std::fs::remove_file(desk.path("queue.damaged")).unwrap();
    assert_eq!(look(&desk).code, 0);
}

/// P21: whoever changes the ledger is found out, and the day is named.
#[test]
fn a_changed_event_is_told_with_its_day() {
    let desk = centre();
    let day = desk.run(&["board"]).object()["day"].as_str().unwrap().to_owned();
    let db = Connection::open(desk.path("queue.db")).unwrap();
    db.execute_batch(
        "DROP TRIGGER event_no_update;
         UPDATE event SET at = at + 1 WHERE seq = (SELECT max(seq) FROM event);",
    )
    .unwrap();
    drop(db);
    look(&desk).is("chain", "trouble", &format!("of {day} was changed"));
}

#[test]
fn an_older_file_is_told_and_not_upgraded() {
    let desk = centre();
    let db = Connection::open(desk.path("queue.db")).unwrap();
    db.pragma_update(None, "user_version", 1).unwrap();
    drop(db);
    let before = state(desk.folder.path());
    look(&desk).is("store", "warning", "older version");
    assert_eq!(state(desk.folder.path()), before);
}

#[test]
fn a_disk_in_memory_and_open_modes_and_a_long_log_are_told() {
    let desk = centre();
    let open = |mode| std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(desk.folder.path(), open(0o755)).unwrap();
    std::fs::set_permissions(desk.path("queue.db"), open(0o644)).unwrap();
    look(&desk).is("modes", "warning", "everybody");
    std::fs::set_permissions(desk.path("queue.db"), open(0o640)).unwrap();
    assert_eq!(look(&desk).code, 0);
    let log = std::fs::File::create(desk.path("queue.db-wal")).unwrap();
    log.set_len(65 << 20).unwrap();
    look(&desk).is("log", "warning", "65 MiB");
    drop(log);
    let memory = tempfile::tempdir_in("/dev/shm").unwrap();
    let file = memory.path().join("queue.db");
    std::fs::copy(desk.path("queue.db"), &file).unwrap();
    let said = look_at(&file);
    said.is("disk", "warning", "tmpfs");
    said.is("config", "note", "no config in");
    said.is("backup", "trouble", "there is no copy");
}

/// P16: a copy that is missing, spoilt or was never tried shows here.
#[test]
fn copies_that_cannot_be_trusted_are_told() {
    let desk = centre();
    let copy = std::fs::read_dir(desk.path("backup")).unwrap().flatten().map(|file| file.path());
    let copy = copy.into_iter().find(|path| path.extension().is_some_and(|it| it == "db")).unwrap();
    let whole = std::fs::read(&copy).unwrap();
    std::fs::write(&copy, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(desk.run(&["backup", "--prove"]).code, 2);
    let name = copy.file_name().unwrap().to_str().unwrap();
    look(&desk).is("backup", "trouble", name);
    std::fs::write(&copy, &whole).unwrap();
    assert_eq!(desk.run(&["backup", "--prove"]).code, 0);
    assert_eq!(look(&desk).code, 0);
    // A copy of two days ago, and no proof since.
    std::fs::remove_file(desk.path("backup/proof.json")).unwrap();
    std::fs::write(desk.path("backup/queue-20260105-1000.db"), &whole).unwrap();
    look(&desk).is("backup", "trouble", "ever restored on trial");
}

#[test]
fn configs_that_do_not_fit_are_told() {
    let desk = centre();
    change(&desk, "counter.toml", "\"10\"", "\"77\"");
    look(&desk).is("config", "trouble", "no counter 77");
    change(&desk, "counter.toml", "counter = \"77\"", "countr = \"10\"");
    look(&desk).is("config", "trouble", "counter.toml:2");
    change(&desk, "counter.toml", "countr = \"10\"", "counter = \"10\"");
    change(&desk, "web.toml", "queue.db", "other.db");
    look(&desk).is("config", "warning", "another queue");
    change(&desk, "web.toml", "sqlite:", "ftp:");
    look(&desk).is("config", "trouble", "not a store address");
    std::fs::remove_file(desk.path("web.toml")).unwrap();
    change(&desk, "hall.toml", "[sound]", "counters = [\"10\", \"78\"]\n[sound]");
    look(&desk).is("config", "trouble", "no counter 78");
}

/// A printer on the network that answers each status question with one byte.
fn printer(answers: [u8; 4]) -> (String, std::thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("tcp://{}", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let (mut wire, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        let mut question = [0; 3];
        while wire.read_exact(&mut question).is_ok() {
            asked.extend(question);
            wire.write_all(&[answers[usize::from(question[2]) - 1]]).unwrap();
        }
        asked
    });
    (url, thread)
}

#[test]
fn a_printer_is_asked_and_nothing_is_printed() {
    let desk = centre();
    let job = format!("file://{}", desk.name("job.bin"));
    let mut before = job.clone();
    for (answers, state, part, questions) in [
        ([0x12, 0x12, 0x12, 0x12], "fine", "is ready", 4),
        ([0x12, 0x12, 0x12, 0x1e], "warning", "nearly out of paper", 4),
        ([0x12, 0x16, 0x12, 0x12], "trouble", "cover_open", 2),
        ([0x12, 0x12, 0x12, 0x72], "trouble", "paper_out", 4),
    ] {
        let (url, thread) = printer(answers);
        change(&desk, "kiosk.toml", &before, &url);
        before = url;
        look(&desk).is("printer", state, part);
        let asked = thread.join().unwrap();
        let wanted: Vec<u8> = (1..=questions).flat_map(|n| [0x10, 0x04, n]).collect();
        assert_eq!(asked, wanted, "status questions and nothing else");
    }
    for (url, part) in [
        ("tcp://127.0.0.1:1".to_owned(), "no_link"),
        ("lp:///nowhere/printer".to_owned(), "no_link"),
        ("file:///nowhere/job.bin".to_owned(), "no_link"),
        ("usb://printer".to_owned(), "not a printer's address"),
    ] {
        change(&desk, "kiosk.toml", &before, &url);
        before = url;
        look(&desk).is("printer", "trouble", part);
    }
    assert!(!desk.path("job.bin").exists(), "not even an empty job");
}

#[test]
fn a_voice_that_is_not_there_is_named() {
    let desk = centre();
    let aloud = "[read_aloud]\ncommand = [\"luot-speaks-not\", \"--\"]\n[printer]";
    change(&desk, "kiosk.toml", "[printer]", aloud);
    look(&desk).is("read_aloud", "warning", "there is no program luot-speaks-not");
    change(&desk, "kiosk.toml", "luot-speaks-not", "sh");
    look(&desk).is("read_aloud", "fine", "sh reads the screen");
    let reader = "[sound]\nreader = [\"luot-speaks-not\", \"{text}\"]";
    change(&desk, "hall.toml", "[sound]", reader);
    look(&desk).is("reader", "warning", "there is no program luot-speaks-not");
}

#[test]
fn a_sound_or_a_voice_that_is_missing_is_told() {
    let desk = centre();
    let wav = format!("wav://{}", desk.name("call.wav"));
    change(&desk, "hall.toml", &wav, "alsa:no-such-card");
    look(&desk).is("sound", "trouble", "no output named no-such-card");
    change(&desk, "hall.toml", "alsa:no-such-card", "wav:///nowhere/call.wav");
    look(&desk).is("sound", "trouble", "no such folder");
    change(&desk, "hall.toml", "wav:///nowhere/call.wav", "speaker");
    look(&desk).is("sound", "trouble", "not a sound output");
    change(&desk, "hall.toml", "speaker", "off");
    look(&desk).is("sound", "note", "is off");
    change(&desk, "hall.toml", "\"off\"", &format!("{wav:?}"));

    let packs = desk.path("packs");
    for pack in ["vi-kokoro", "vi-espeak"] {
        let (from, to) = (xtask::root().join("assets/voice").join(pack), packs.join(pack));
        std::fs::create_dir_all(&to).unwrap();
        for file in std::fs::read_dir(&from).unwrap().flatten() {
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    change(
        &desk,
        "hall.toml",
        &xtask::root().join("assets/voice").display().to_string(),
        &packs.display().to_string(),
    );
    look(&desk).is("voice", "fine", "every number");
    let forget = |pack: &str| {
        let file = packs.join(pack).join("pack.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let kept: Vec<_> = text.lines().filter(|line| !line.contains("w_bảy")).collect();
        assert!(kept.len() < text.lines().count(), "{text}");
        std::fs::write(&file, kept.join("\n")).unwrap();
    };
    forget("vi-kokoro");
    look(&desk).is("voice", "warning", "w_bảy");
    forget("vi-espeak");
    look(&desk).is("voice", "trouble", "w_bảy");
}

#[test]
fn a_screen_that_is_not_read_from_the_last_row_is_told() {
    let desk = centre();
    change(
        &desk,
        "hall.toml",
        "[sound]",
        "[screen]\ndiagonal_in = 43.0\ndistance_m = 17.0\n[sound]",
    );
    look(&desk).is("screen", "warning", "38′");
    change(&desk, "hall.toml", "distance_m = 17.0", "distance_m = 50.0");
    look(&desk).is("screen", "trouble", "13′");
}

/// P6: what the hall found out in the morning; a test says nothing of calls.
#[test]
fn a_loudspeaker_that_failed_its_test_is_told() {
    let mut desk = centre_at("2026-11-23 08:00:00");
    let now = queue::Timestamp(1_795_395_660_000);
    let url = format!("sqlite:{}", desk.path("queue.db").display()).parse().unwrap();
    for (fault, state) in [(Some("no device"), "warning"), (None, "fine")] {
        let heard = queue::Heard::Tested { fault: fault.map(str::to_owned) };
        let action = queue::Action::Announce { call: 0, display: "west".into(), heard };
        let mut store = Store::open(&url).unwrap();
        store.act(uuid::Uuid::now_v7(), &action, now).unwrap();
        drop(store);
        desk.at = Some("2026-11-23 08:10:00");
        let folder = desk.folder.path().display().to_string();
        let said = Said::of(&desk.run(&["doctor", "--config", &folder]));
        said.is("loudspeaker", state, "west");
        said.is("hall", "warning", "H001");
    }
}

#[test]
fn a_silent_hall_and_a_dead_counter_are_told() {
    let desk = Desk { at: Some("2026-11-23 09:00:00"), ..centre_at("2026-11-23 08:00:00") };
    let folder = desk.folder.path().display().to_string();
    let said = Said::of(&desk.run(&["doctor", "--config", &folder]));
    said.is("hall", "warning", "H001");
    // It was called by a command, which beats for nobody.
    said.is("counters", "warning", "counter 10");
}

/// A centre where a number was called at a time.
fn centre_at(at: &'static str) -> Desk {
    let desk = Desk::of(&super::sample(), Some(at));
    desk.ticket(&["issue", "stnmt"]);
    desk.ticket(&["call-next", "10"]);
    desk
}

/// P12: a clock that stands before the last event, or far behind what it can be, is told.
#[test]
fn a_wrong_clock_is_told() {
    let mut desk = centre_at("2026-11-23 08:00:00");
    for (at, state, part) in [
        ("2026-11-23 08:10:00", "fine", "2026-11-23 08:1"),
        ("2026-11-22 08:00:00", "trouble", "before the last event"),
        ("2026-12-23 08:00:00", "warning", "long before"),
    ] {
        desk.at = Some(at);
        let said = Said::of(&desk.run(&["doctor", "--config", "/nowhere"]));
        said.is("clock", state, part);
        said.is("zone", "note", "");
    }
}
