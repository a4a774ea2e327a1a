//! `luot serve` and the config of the pages.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use xtask::stage::Running;

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
