use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::*;

/// Long enough for a loaded machine; a program that never comes fails the test.
const PATIENCE: Duration = Duration::from_secs(30);

fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "{what}");
        std::thread::yield_now();
    }
}

/// A program that writes down how it was called, by itself on its first line, and then speaks for a
/// long time.
fn speaker(folder: &Path, reads: &str) -> (PathBuf, PathBuf) {
    let (program, log) = (folder.join("speaker"), folder.join("said"));
    let script = format!(
        "#!/bin/sh\n{{ echo $$; for word in \"$@\"; do echo \"$word\"; done; {reads} }} > {log}.new\n\
         mv {log}.new {log}\nexec sleep 600\n",
        log = log.display()
    );
    write_program(&program, &script);
    (program, log)
}

fn write_program(program: &Path, script: &str) {
    std::fs::write(program, script).unwrap();
    let mut allowed = std::fs::metadata(program).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut allowed, 0o755);
    std::fs::set_permissions(program, allowed).unwrap();
}

fn said(log: &Path) -> Vec<String> {
    let text = wait("nothing was said", || std::fs::read_to_string(log).ok());
    std::fs::remove_file(log).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn ended(pid: &str) {
    wait("the program goes on", || (!Path::new("/proc").join(pid).exists()).then_some(()));
}

fn section(program: &Path, stdin: bool) -> ReadAloud {
    let command = [program.to_str().unwrap(), "-v", "{lang}", "-a{volume}", "--"];
    let command = command.map(str::to_owned).to_vec();
    ReadAloud { command, stdin, ..ReadAloud::default() }
}

#[test]
fn one_text_is_one_argument_and_the_next_one_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let (program, log) = speaker(folder.path(), "");
    let (orders, inbox) = mpsc::channel();
    let thread = start(section(&program, false), inbox).unwrap();
    // What a shell would act on is only read.
    let text = "Số của ông/bà; $(touch x) `id` \"H042\" -q";
    orders.send(Say::Read { text: text.into(), lang: Lang::Vi, volume: 70 }).unwrap();
    let first = said(&log);
    assert_eq!(first[1..], ["-v", "vi", "-a70", "--", text]);
    orders.send(Say::Read { text: "Next".into(), lang: Lang::En, volume: 70 }).unwrap();
    let second = said(&log);
    assert_eq!(second[2], "en");
    ended(&first[0]);
    orders.send(Say::Hush).unwrap();
    ended(&second[0]);
    orders.send(Say::Read { text: "Last".into(), lang: Lang::En, volume: 70 }).unwrap();
    let last = said(&log);
    drop(orders);
    thread.join().unwrap();
    ended(&last[0]);
}

#[test]
fn a_program_may_have_its_text_on_its_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let (program, log) = speaker(folder.path(), "cat;");
    let (orders, inbox) = mpsc::channel();
    let thread = start(section(&program, true), inbox).unwrap();
    orders.send(Say::Read { text: "Mời chọn".into(), lang: Lang::Vi, volume: 100 }).unwrap();
    assert_eq!(said(&log)[1..], ["-v", "vi", "-a100", "--", "Mời chọn"]);
    drop(orders);
    thread.join().unwrap();
}

/// `piper | aplay`: the script is ended with what it started, also when it has ended before.
#[test]
fn a_script_is_silenced_with_all_that_it_started() {
    for last in ["wait", "exit"] {
        let folder = tempfile::tempdir().unwrap();
        let (program, log) = (folder.path().join("script"), folder.path().join("said"));
        let script = format!(
            "#!/bin/sh\nsleep 600 &\necho $! > {log}.new\nmv {log}.new {log}\n{last}\n",
            log = log.display()
        );
        write_program(&program, &script);
        let (orders, inbox) = mpsc::channel();
        let thread = start(section(&program, false), inbox).unwrap();
        orders.send(Say::Read { text: "Mời".into(), lang: Lang::Vi, volume: 80 }).unwrap();
        let started = said(&log);
        orders.send(Say::Hush).unwrap();
        ended(&started[0]);
        drop(orders);
        thread.join().unwrap();
    }
}

#[test]
fn a_program_that_is_gone_is_only_silence() {
    let (orders, inbox) = mpsc::channel();
    let thread = start(section(Path::new("/nowhere/speaker"), false), inbox).unwrap();
    orders.send(Say::Read { text: "Mời chọn".into(), lang: Lang::Vi, volume: 100 }).unwrap();
    drop(orders);
    thread.join().unwrap();
}
