//! Many programs, one queue: nobody gets a number twice, nobody is called twice.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use queue::{Action, Refusal, What, Wish};
use station::Clock;
use station::config::load_site;
use store::{ActError, Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::Cluster;

use crate::torture::figure;

/// Set in the children that this test starts of itself: the store's address and the counter.
const CHILD: &str = "LUOT_TEST_CHILD";
/// Set in a long run: how many seconds the programs work, instead of by rounds.
const SECONDS: &str = "LUOT_TEST_SECONDS";
/// Issues and calls of each of the eight programs in a short run.
const ROUNDS: usize = 40;

/// How long the programs work in a long run.
fn long() -> Option<Duration> {
    let seconds = std::env::var(SECONDS).ok()?;
    Some(Duration::from_secs(seconds.parse().unwrap()))
}

/// One child: issues and calls as fast as it can, prints what was acknowledged.
#[test]
fn child() {
    let Ok(child) = std::env::var(CHILD) else { return };
    let (url, counter) = child.split_once(' ').unwrap();
    let url: StoreUrl = url.parse().unwrap();
    let mut store = Store::open(&url).unwrap();
    let clock = Clock::system();
    let (start, long) = (Instant::now(), long());
    let mut rounds = 0..;
    while rounds.next().is_some_and(|round| match long {
        Some(long) => start.elapsed() < long,
        None => round < ROUNDS,
    }) {
        let issue = Action::Issue { service: "cat".into(), wish: Wish::default() };
        let done = store.act(Uuid::now_v7(), &issue, clock.now().wall).unwrap();
        println!("ack issued {}", done.ticket.unwrap().number);
        let call = Action::CallNext { counter: counter.into() };
        match store.act(Uuid::now_v7(), &call, clock.now().wall) {
            Ok(done) => println!("ack called {}", done.ticket.unwrap().number),
            Err(ActError::Refused(Refusal::NobodyWaiting { .. })) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// P2, P5: programs, not threads, at one file.
#[test]
fn eight_programs_give_no_number_twice_and_call_nobody_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", folder.path().join("queue.db").display());
    eight("a file", &file.parse().unwrap());
}

/// P2, P5: the same at one server.
#[test]
fn eight_programs_at_a_server_give_no_number_twice_and_call_nobody_twice() {
    let cluster = Cluster::on_disk(&[]).unwrap();
    eight("a server", &cluster.create("luot").unwrap().parse().unwrap());
}

fn eight(place: &str, url: &StoreUrl) {
    // All eight counters serve the same queue, which is the hardest case.
    let mut site = load_site(&xtask::root().join("config/yenbai/site.toml")).unwrap();
    for counter in &mut site.counters {
        counter.services.insert("cat".into(), 0);
    }
    let mut store = Store::create(url, &site, Clock::system().now().wall).unwrap();
    let children: Vec<_> = (1..=8)
        .map(|counter| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "processes::child", "--nocapture"])
                .env(CHILD, format!("{} {counter}", url.secret()))
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let (mut issued, mut called) = (Vec::new(), Vec::new());
    for child in children {
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success());
        let text = String::from_utf8(out.stdout).unwrap();
        let told = |what: &'static str| {
            text.lines().filter_map(move |line| line.strip_prefix(what)).map(str::to_owned)
        };
        issued.extend(told("ack issued "));
        called.extend(told("ack called "));
    }
    if let Some(long) = long() {
        let (seconds, count) = (long.as_secs(), issued.len() + called.len());
        let name = |what: &str| format!("{place}: {what}");
        figure("processes", &name("eight at one queue, seconds"), seconds);
        let both = format!("{}, {}", issued.len(), called.len());
        figure("processes", &name("numbers given, and called"), both);
        figure("processes", &name("operations a second"), count as u64 / seconds.max(1));
        assert!(!called.is_empty());
    } else {
        assert_eq!(issued.len(), 8 * ROUNDS);
    }
    assert_eq!(issued.iter().collect::<BTreeSet<_>>().len(), issued.len(), "a number twice");
    assert_eq!(called.iter().collect::<BTreeSet<_>>().len(), called.len(), "a call twice");
    // Nothing acknowledged is lost, and nothing is there that nobody was told of.
    let (mut given, mut taken) = (Vec::new(), Vec::new());
    let mut seen = 0;
    loop {
        let events = store.feed(seen, 5_000).unwrap();
        let Some(last) = events.last() else { break };
        seen = last.seq;
        for event in &events {
            let number = || event.number.as_ref().unwrap().to_string();
            if matches!(event.what, What::Issued { .. }) {
                given.push(number());
            } else if matches!(event.what, What::Called { .. }) {
                taken.push(number());
            }
        }
    }
    for (told, kept) in [(&mut issued, &mut given), (&mut called, &mut taken)] {
        told.sort();
        kept.sort();
        assert_eq!(told, kept);
    }
    assert_eq!(store.check().unwrap(), []);
}
