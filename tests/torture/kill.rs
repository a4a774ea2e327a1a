//! Programs that die in the middle of everything.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use queue::{Action, CounterStep};
use station::Clock;
use store::{ActError, Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::Cluster;

use super::child::{Child, Journal, ack_line, try_line};
use super::hall::{Acked, SERVICES, Tried, issue, join, judge, ledger, next, site, url_in};
use super::{Dice, figure, long};

/// Set in a worker: the store, its counter, its journal, its seed.
const WORKER: &str = "LUOT_TORTURE_WORKER";
const WORKERS: usize = 8;

/// One worker: acts until it is killed, and writes down what it tries and what it was told.
#[test]
fn worker() {
    let Ok(part) = std::env::var(WORKER) else { return };
    let words: Vec<&str> = part.split(' ').collect();
    let [url, counter, journal, seed] = words[..] else { panic!("{part}") };
    let url: StoreUrl = url.parse().unwrap();
    let (clock, mut dice) = (Clock::system(), Dice::new(seed.parse().unwrap()));
    let mut before = Journal::default();
    before.read(&std::fs::read_to_string(journal).unwrap_or_default());
    let mut journal = File::options().append(true).create(true).open(journal).unwrap();
    // Whatever line a kill cut off ends here.
    journal.write_all(b"\n").unwrap();
    // The server may be down at this moment; a file is always there.
    let mut store = opened(&url);
    let (_sender, pause) = mpsc::channel::<()>();
    let mut again = before.open_end().filter(|_| dice.chance(70)).cloned();
    loop {
        let tried = again.take().unwrap_or_else(|| {
            let action = work(&mut dice, counter);
            let tried = Tried { request: Uuid::now_v7(), action };
            journal.write_all(try_line(&tried).as_bytes()).unwrap();
            tried
        });
        let answer = store.act(tried.request, &tried.action, clock.now().wall);
        if let Err(ActError::Store(error)) = &answer {
            assert!(url.path().is_none() && error.store_is_lost(), "{error}");
            // As a program's desk does: opened anew, and asked again under the same request.
            drop(store);
            store = opened(&url);
            again = Some(tried);
            continue;
        }
        let acked = Acked::of(tried.request, &answer).unwrap();
        if dice.chance(20) {
            // Slow to tell: done, and nobody knows. Nobody sends: waiting is the pause.
            assert!(pause.recv_timeout(Duration::from_millis(10)).is_err());
        }
        journal.write_all(ack_line(&acked).as_bytes()).unwrap();
        if dice.chance(2) {
            // A program that ends as it should, perhaps as the last one, and starts anew.
            drop(store);
            store = opened(&url);
        }
    }
}

fn opened(url: &StoreUrl) -> Store {
    loop {
        match Store::open(url) {
            Ok(store) => return store,
            Err(error) => assert!(url.path().is_none() && error.store_is_lost(), "{error}"),
        }
        std::thread::yield_now();
    }
}

/// A few more visitors than calls, so that there is somebody to choose from.
fn work(dice: &mut Dice, counter: &str) -> Action {
    let at = |step| Action::AtCounter { counter: counter.into(), step };
    match dice.below(20) {
        0..=7 => {
            issue(SERVICES[dice.below(2)], if dice.chance(30) { "priority" } else { "normal" })
        }
        9..=16 => next(counter),
        17 | 18 => at(CounterStep::finish()),
        _ => at(CounterStep::NoShow),
    }
}

struct Gang {
    url: StoreUrl,
    folder: PathBuf,
    dice: Dice,
    workers: Vec<std::process::Child>,
    kills: usize,
    /// The server that is killed as well, if the queue is on one.
    cluster: Option<Cluster>,
    falls: usize,
}

impl Gang {
    fn journal(&self, worker: usize) -> PathBuf {
        self.folder.join(format!("journal-{worker}"))
    }

    fn start(&mut self, worker: usize) -> std::process::Child {
        let journal = self.journal(worker);
        let seed = self.dice.next();
        let part = format!("{} {} {} {seed}", self.url.secret(), worker + 1, journal.display());
        let child = Child { test: "kill::worker", variable: WORKER, part };
        child.command().stdout(Stdio::null()).spawn().unwrap()
    }

    fn kill(&mut self, worker: usize) {
        let child = &mut self.workers[worker];
        assert!(child.try_wait().unwrap().is_none(), "worker {worker} ended by itself");
        child.kill().unwrap();
        child.wait().unwrap();
        self.kills += 1;
    }

    /// Kills so many programs at random moments, and all that are left in the end.
    fn rage(&mut self, kills: usize) {
        // Those on a server begin by reading the centre.
        let slow = if self.cluster.is_some() { 400 } else { 130 };
        // Nobody sends: waiting on it is the pause.
        let (_sender, pause) = mpsc::channel::<()>();
        while self.kills < kills {
            let ms = u64::try_from(20 + self.dice.below(slow)).unwrap();
            assert!(pause.recv_timeout(Duration::from_millis(ms)).is_err());
            let (from, to) = match self.dice.below(16) {
                0 => (0, WORKERS),
                _ => {
                    let one = self.dice.below(WORKERS);
                    (one, one + 1)
                }
            };
            for worker in from..to {
                self.kill(worker);
            }
            if self.dice.below(16) == 0
                && let Some(cluster) = &mut self.cluster
            {
                cluster.stop(false).unwrap();
                cluster.start().unwrap();
                self.falls += 1;
            }
            for worker in from..to {
                self.workers[worker] = self.start(worker);
            }
        }
        for worker in 0..WORKERS {
            self.kill(worker);
        }
    }
}

impl Drop for Gang {
    fn drop(&mut self) {
        for child in &mut self.workers {
            // Those that were killed already are gone, which is what is wanted.
            drop(child.kill());
            drop(child.wait());
        }
    }
}

/// P2, P3, P4, P5: eight programs on one queue, killed at random moments, now and then all at
/// once: no acknowledged action is lost, none is done twice, no number is given twice or left out,
/// nobody is called twice, the feed has no gap, and what was left in the air is settled by its
/// request id.
#[test]
fn killed_programs_lose_nothing_and_do_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    kill("kill", folder.path(), &url_in(folder.path()), None);
}

/// The same on a server, which is killed now and then, too.
#[test]
fn killed_programs_of_a_server_lose_nothing_and_do_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::on_disk(&[]).unwrap();
    let url = cluster.create("luot").unwrap().parse().unwrap();
    kill("kill, server", folder.path(), &url, Some(cluster));
}

fn kill(name: &str, folder: &Path, url: &StoreUrl, cluster: Option<Cluster>) {
    let kills = if long() { 500 } else { 40 };
    let site = site();
    let now = || Clock::system().now().wall;
    drop(Store::create(url, &site, now()).unwrap());
    let start = Instant::now();
    let mut gang = Gang {
        url: url.clone(),
        folder: folder.to_owned(),
        dice: Dice::of_run(8),
        workers: Vec::new(),
        kills: 0,
        cluster,
        falls: 0,
    };
    for worker in 0..WORKERS {
        let child = gang.start(worker);
        gang.workers.push(child);
    }
    gang.rage(kills);
    let journal = journals(&gang);
    let mut store = Store::open(url).unwrap();
    let (open, done) = join(&mut store, &journal.tried, &journal.acked, now());
    let events = ledger(&mut store);
    judge(&events, &site);
    assert_eq!(store.check().unwrap(), []);
    let falls =
        if gang.falls > 0 { format!(", {} of the server", gang.falls) } else { String::new() };
    figure(name, "kills", format!("{}{falls} in {} s", gang.kills, start.elapsed().as_secs()));
    figure(name, "requests", format!("{}, {} events", journal.tried.len(), events.len()));
    figure(name, "acknowledged", journal.acked.len());
    figure(name, "left in the air", format!("{open}, of which {done} had been done"));
}

fn journals(gang: &Gang) -> Journal {
    let mut journal = Journal::default();
    for worker in 0..WORKERS {
        let path: &Path = &gang.journal(worker);
        journal.read(&std::fs::read_to_string(path).unwrap_or_default());
    }
    assert!(!journal.acked.is_empty(), "nobody did anything");
    journal
}
