//! The line to a server: how often an action goes there and back, and what happens when it falls
//! silent.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use queue::Timestamp;
use store::{ActError, Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::Cluster;

use crate::support::{SECOND, START, call_next, issue, site};

/// A line to a server with somebody listening on it.
#[derive(Clone, Default)]
struct Line {
    /// How often the program has spoken after it was answered.
    trips: Arc<Mutex<Trips>>,
    /// What the server says is swallowed from here on.
    deaf: Arc<AtomicBool>,
}

#[derive(Default)]
struct Trips {
    count: usize,
    asking: bool,
}

impl Line {
    /// Opens the line and gives its port.
    fn to(server: u16) -> (Self, u16) {
        let line = Self::default();
        let door = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = door.local_addr().unwrap().port();
        let ends = line.clone();
        std::thread::spawn(move || {
            for program in door.incoming() {
                let (program, server) =
                    (program.unwrap(), TcpStream::connect(("127.0.0.1", server)).unwrap());
                let (from, to) = (program.try_clone().unwrap(), server.try_clone().unwrap());
                let there = ends.clone();
                std::thread::spawn(move || there.carry(from, to, true));
                let back = ends.clone();
                std::thread::spawn(move || back.carry(server, program, false));
            }
        });
        (line, port)
    }

    fn carry(&self, mut from: TcpStream, mut to: TcpStream, asks: bool) {
        let mut part = [0; 65_536];
        while let Ok(length) = from.read(&mut part) {
            if length == 0 {
                break;
            }
            {
                let mut trips = self.trips.lock().unwrap();
                if asks && !trips.asking {
                    trips.count += 1;
                }
                trips.asking = asks;
            }
            if !asks && self.deaf.load(Ordering::SeqCst) {
                // Said by the server, heard by nobody: the line ends without an answer.
                drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
                break;
            }
            if to.write_all(&part[..length]).is_err() {
                break;
            }
        }
        drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
    }

    fn trips(&self) -> usize {
        self.trips.lock().unwrap().count
    }
}

fn centre(cluster: &Cluster) -> (Line, StoreUrl) {
    let direct = cluster.create("luot").unwrap();
    Store::create(&direct.parse().unwrap(), &site(), START).unwrap();
    let (line, port) = Line::to(cluster.port());
    let way = direct.replace(&format!(":{}/", cluster.port()), &format!(":{port}/"));
    (line, way.parse().unwrap())
}

fn at(seconds: i64) -> Timestamp {
    START.plus_ms(seconds * SECOND)
}

#[test]
fn an_action_goes_there_and_back_once() {
    let cluster = Cluster::in_memory().unwrap();
    let (line, url) = centre(&cluster);
    let mut store = Store::open(&url).unwrap();
    for (step, action) in [issue("stnmt", "normal"), call_next("10")].iter().enumerate() {
        let before = line.trips();
        store.act(Uuid::now_v7(), action, at(step as i64)).unwrap();
        assert_eq!(line.trips() - before, 1, "{action:?}");
    }
    // Others were first: once for nothing, once with what has happened since.
    let mut other = Store::open(&url).unwrap();
    other.act(Uuid::now_v7(), &issue("stnmt", "normal"), at(3)).unwrap();
    let before = line.trips();
    store.act(Uuid::now_v7(), &issue("stnmt", "normal"), at(4)).unwrap();
    assert_eq!(line.trips() - before, 2);
}

#[test]
fn an_answer_that_is_lost_on_the_way_is_settled_by_its_request() {
    let cluster = Cluster::in_memory().unwrap();
    let (line, url) = centre(&cluster);
    let mut store = Store::open(&url).unwrap();
    let (request, action) = (Uuid::now_v7(), issue("stnmt", "normal"));
    line.deaf.store(true, Ordering::SeqCst);
    let lost = store.act(request, &action, at(1)).unwrap_err();
    assert!(matches!(&lost, ActError::Store(error) if error.outcome_unknown()), "{lost}");
    line.deaf.store(false, Ordering::SeqCst);
    // The program opens it anew and asks what became of it: it was done, and is not done again.
    let mut store = Store::open(&url).unwrap();
    let done = store.settled(request, &action).unwrap().unwrap();
    let again = store.act(request, &action, at(2)).unwrap();
    assert!(again.repeated);
    assert_eq!(again.ticket, done.ticket);
    // What was never sent never was.
    assert_eq!(store.settled(Uuid::now_v7(), &action).unwrap(), None);
    assert_eq!(store.board(at(3)).unwrap().tickets.len(), 1);
}
