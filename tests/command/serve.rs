//! `luot serve` and the config of the pages.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use serde_json::Value;
use xtask::stage::{Running, wait};

use super::Desk;
use crate::programs::bin;

/// Starts the pages and gives the address they say they are served on.
fn serve(desk: &Desk, words: &[&str]) -> (Running, String) {
    let mut command = Command::new(bin().join("luot"));
    command.env_remove("LUOT_STORE").arg("serve").args(words).stdout(Stdio::piped());
    command.current_dir(desk.folder.path());
    let mut running = Running::start(&mut command).unwrap();
    let said = running.lines().unwrap().next().unwrap().unwrap();
    let address = said.strip_prefix("serving on http://").unwrap().to_owned();
    (running, address)
}

fn board(address: &str) -> String {
    let mut wire = TcpStream::connect(address).unwrap();
    wire.write_all(b"GET /api/board HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    wire.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_config_names_the_queue_and_the_address_and_a_flag_overrides() {
    let desk = Desk::open();
    desk.ticket(&["issue", "stnmt"]);
    let config = desk.name("web.toml");
    let text = format!("store = {:?}\nlisten = \"127.0.0.1:0\"\n", desk.url());
    std::fs::write(&config, text).unwrap();
    let (_pages, address) = serve(&desk, &["--config", &config]);
    assert!(board(&address).contains(r#"{"service":"stnmt","waiting":1}"#));

    let text = format!("store = {:?}\nlisten = \"nowhere\"\n", desk.url());
    std::fs::write(&config, text).unwrap();
    assert!(desk.run(&["serve", "--config", &config]).cannot().contains("nowhere"));
    let (_others, address) = serve(&desk, &["--config", &config, "--listen", "127.0.0.1:0"]);
    assert!(board(&address).contains("200 OK"));

    std::fs::write(&config, "listn = \"127.0.0.1:0\"\n").unwrap();
    let what = desk.run(&["serve", "--config", &config]).cannot();
    assert!(what.contains("line 1") && what.contains("listn"), "{what}");
}

/// A server is copied only where a folder is named, and whoever reads the log is told so.
#[test]
fn pages_of_a_server_say_that_nothing_is_copied_and_how_to_have_it() {
    let desk = Desk::open();
    let cluster = xtask::cluster::Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    crate::server::init(&server);
    let serve = |backup: &str| {
        let config = desk.name("web.toml");
        let text = format!("store = {server:?}\nlisten = \"127.0.0.1:0\"\n{backup}");
        std::fs::write(&config, text).unwrap();
        let mut command = Command::new(bin().join("luot"));
        command.env_remove("LUOT_STORE").args(["serve", "--config", &config]);
        command.current_dir(desk.folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut said = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        std::io::BufRead::read_line(&mut said, &mut line).unwrap();
        assert!(line.contains("serving on"), "{line}");
        child.kill().unwrap();
        let out = child.wait_with_output().unwrap();
        String::from_utf8(out.stderr).unwrap()
    };
    let log = serve("");
    assert!(log.contains("nothing is copied") && log.contains("folder = "), "{log}");
    let log = serve("[backup]\nevery_min = 0\n");
    assert!(!log.contains("nothing is copied"), "none was wanted: {log}");
    let log = serve(&format!("[backup]\nfolder = {:?}\n", desk.name("copies")));
    assert!(!log.contains("nothing is copied"), "{log}");
}

/// P16: whoever serves the pages copies the queue and proves the copy, and whoever asks goes by the
/// same copies.
#[test]
fn the_queue_is_copied_while_the_pages_are_served() {
    let desk = Desk::open();
    desk.ticket(&["issue", "stnmt"]);
    let (config, copies) = (desk.name("web.toml"), desk.name("copies"));
    let text = format!(
        "store = {:?}\nlisten = \"127.0.0.1:0\"\n[backup]\nfolder = {copies:?}\n",
        desk.url()
    );
    std::fs::write(&config, text).unwrap();
    let (_pages, _address) = serve(&desk, &["--config", &config]);
    let copy = wait("a copy", || {
        let files = std::fs::read_dir(desk.path("copies")).ok()?.flatten();
        files.map(|file| file.path()).find(|path| path.extension().is_some_and(|it| it == "db"))
    });
    assert!(copy.unwrap().is_file());
    let proven = wait("its proof", || {
        let proof: Value =
            serde_json::from_slice(&std::fs::read(desk.path("copies/proof.json")).ok()?).ok()?;
        (proof["ended"] == true).then_some(proof)
    });
    assert_eq!(proven.unwrap()["findings"], serde_json::json!([]));
    let again = ["backup", "--to", &copies, "--if-due"];
    assert_eq!(desk.run(&again).object(), serde_json::json!({"due": false}));
    assert_eq!(desk.said(&again).out, "no copy is due\n");

    let text = "[backup]\nevery_min = 3\n";
    std::fs::write(&config, text).unwrap();
    assert!(desk.run(&["serve", "--config", &config]).cannot().contains("5..=240"));
}

/// P20: what the units start again is there, with the words they use.
#[test]
fn the_units_start_commands_that_exist() {
    let units = xtask::root().join("config/systemd");
    let mut started = 0;
    for unit in std::fs::read_dir(units).unwrap() {
        let text = std::fs::read_to_string(unit.unwrap().path()).unwrap();
        let commands = text.lines().filter_map(|line| line.strip_prefix("ExecStart=/usr/bin/"));
        // A window stands in a shell of its own.
        let shell = "cage -- /usr/bin/";
        let commands = commands.map(|command| command.strip_prefix(shell).unwrap_or(command));
        for command in commands {
            let mut words = command.split(' ');
            let program = bin().join(words.next().unwrap());
            let ran = Command::new(program).args(words).arg("--help").output().unwrap();
            assert!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr));
            started += 1;
        }
    }
    assert_eq!(started, 4);
}
