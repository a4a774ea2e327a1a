//! A server that somebody puts back to an older copy of itself while programs run.

use std::path::Path;
use std::process::Command;
use std::sync::mpsc;

use queue::{Action, Wish};
use serde_json::Value;
use station::Clock;
use station::desk::{Answer, Desk, News};
use store::{Store, StoreUrl};
use uuid::Uuid;
use xtask::cluster::{Cluster, program};

use crate::server::{desk, init, luot, until};

fn issue() -> Action {
    Action::Issue { service: "stnmt".into(), wish: Wish::default() }
}

pub(crate) fn given(desk: &Desk, told: &mpsc::Receiver<News>) -> Result<String, String> {
    assert!(desk.act(Uuid::now_v7(), issue()));
    let answer = |news| if let News::Answer { answer, .. } = news { Some(answer) } else { None };
    match until(told, answer) {
        Answer::Done(done) => Ok(done.ticket.unwrap().number.to_string()),
        Answer::Failed(trouble) => Err(trouble.vi),
        other @ (Answer::Claimed(_) | Answer::Person(_) | Answer::Day(_) | Answer::Refused(_)) => {
            panic!("{other:?}")
        }
    }
}

fn away(news: News) -> Option<String> {
    if let News::Away(trouble) = news { Some(trouble.vi) } else { None }
}

/// The same client programs of PostgreSQL that its keeper uses.
fn keeper(name: &str, args: &[&str], file: &Path) {
    let mut command = Command::new(program(name).unwrap());
    let done = command.args(args).arg(file).output().unwrap();
    assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
}

/// The desk that knew more is told why nothing goes on, so is whoever starts anew, and after `luot
/// rescue` both go on above what may be on paper; the province has the line that counts.
pub(crate) fn goes_on_after_a_rescue(
    owner: &str,
    (desk, told): (&Desk, &mpsc::Receiver<News>),
    ship: impl Fn() -> (Option<i32>, Value),
) {
    let set_back = "đưa về bản sao cũ";
    while !until(told, away).contains(set_back) {}
    assert!(given(desk, told).is_err());
    let (code, said) = luot(owner, &["issue", "stnmt"]);
    assert_eq!(code, Some(2));
    assert!(said["help"].as_str().unwrap_or_default().contains("luot rescue"), "{said}");
    assert_eq!(ship().0, Some(2), "what the centre itself has lost is not shipped over");

    let (code, said) = luot(owner, &["rescue"]);
    assert_eq!((code, &said["rescued"], &said["skipped"]), (Some(0), &true.into(), &100.into()));
    let restored = until(told, |news| match news {
        News::Board { board, .. } => Some(board.restored),
        News::Quiet(_)
        | News::ClaimLost(_)
        | News::Events(_)
        | News::Answer { .. }
        | News::Away(_) => None,
    });
    assert!(restored.is_some(), "every counter says so");
    // Two were in the copy.
    assert_eq!(given(desk, told).as_deref(), Ok("H103"));
    let (code, said) = luot(owner, &["issue", "stnmt"]);
    assert_eq!((code, &said["number"]), (Some(0), &"H104".into()));
    assert!(said["id"].as_i64() > Some(100_000), "an identity twice: {said}");
    assert_eq!(luot(owner, &["check"]).0, Some(0));
    // A second time there is nothing to do.
    assert_eq!(luot(owner, &["rescue"]).1["rescued"], false);
    assert_eq!(ship().0, Some(0));
}

#[test]
fn a_dump_that_is_read_in_again_goes_on_above_what_may_be_on_paper() {
    let cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let province = cluster.create("province").unwrap();
    let logins = init(&server);
    let owner = logins["owner"].as_str().unwrap();
    let (open, told) = desk(logins["kiosk"].as_str().unwrap());
    until(&told, |news| matches!(news, News::Board { .. }).then_some(()));
    assert_eq!(given(&open, &told).as_deref(), Ok("H001"));
    assert_eq!(given(&open, &told).as_deref(), Ok("H002"));
    let ship = || luot(owner, &["ship", "--to", &province]);
    assert_eq!(ship().0, Some(0));

    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("luot.dump");
    keeper("pg_dump", &[&format!("--dbname={server}"), "--format=custom", "--file"], &dump);
    assert_eq!(given(&open, &told).as_deref(), Ok("H003"));
    assert_eq!(ship().0, Some(0));
    // Nobody runs who knows more than the copy: the server itself shows it.
    drop(open);
    cluster.sql("postgres", "DROP DATABASE luot WITH (FORCE)").unwrap();
    cluster.create("luot").unwrap();
    keeper("pg_restore", &[&format!("--dbname={server}"), "--exit-on-error"], &dump);
    assert_eq!(luot(owner, &["issue", "stnmt"]).0, Some(2));
    let marked = cluster.sql("luot", "SELECT set_back FROM luot.centre").unwrap();
    assert_eq!(marked, "f");

    let (desk, told) = desk(logins["kiosk"].as_str().unwrap());
    goes_on_after_a_rescue(owner, (&desk, &told), ship);
    let mut store = Store::open(&owner.parse::<StoreUrl>().unwrap()).unwrap();
    let here = store.feed(0, usize::MAX).unwrap().len();
    let there = Cluster::sql_as(&province, "SELECT count(*) FROM province.live").unwrap();
    assert_eq!(there, here.to_string(), "the line that counts is the whole of the new one");
    let lines = Cluster::sql_as(&province, "SELECT count(*) FROM province.line").unwrap();
    assert_eq!(lines, "2");
}

/// Nothing of such a server shows that it was put back: the program that ran meanwhile knows.
#[test]
fn files_that_are_copied_back_are_found_out_by_a_program_that_ran_meanwhile() {
    let mut cluster = Cluster::in_memory().unwrap();
    let server = cluster.create("luot").unwrap();
    let province = cluster.create("province").unwrap();
    let logins = init(&server);
    let owner = logins["owner"].as_str().unwrap();
    let (desk, told) = desk(logins["kiosk"].as_str().unwrap());
    until(&told, |news| matches!(news, News::Board { .. }).then_some(()));
    assert_eq!(given(&desk, &told).as_deref(), Ok("H001"));
    assert_eq!(given(&desk, &told).as_deref(), Ok("H002"));
    let ship = || luot(owner, &["ship", "--to", &province]);

    let copy = cluster.data().with_extension("copy");
    cluster.stop(true).unwrap();
    keeper_copy(&cluster.data(), &copy);
    cluster.start().unwrap();
    until(&told, |news| matches!(news, News::Board { .. }).then_some(()));
    assert_eq!(given(&desk, &told).as_deref(), Ok("H003"));
    // The province's database is on another machine in truth; here it goes back with the rest.
    cluster.stop(true).unwrap();
    std::fs::remove_dir_all(cluster.data()).unwrap();
    keeper_copy(&copy, &cluster.data());
    cluster.start().unwrap();

    goes_on_after_a_rescue(owner, (&desk, &told), ship);
    // A keeper who knows better may say so of a server that shows nothing, and how much was given.
    let (code, said) = luot(owner, &["rescue", "--force", "--skip", "400"]);
    assert_eq!((code, &said["skipped"]), (Some(0), &400.into()));
    assert_eq!(luot(owner, &["issue", "stnmt"]).1["number"], "H505");
    let now = Clock::system().now().wall;
    let refused = Store::go_on(&logins["kiosk"].as_str().unwrap().parse().unwrap(), 1, true, now);
    assert!(matches!(refused, Err(store::Error::Forbidden { .. })), "{refused:?}");
}

pub(crate) fn keeper_copy(from: &Path, to: &Path) {
    let done = Command::new("cp").arg("-a").args([from, to]).status().unwrap();
    assert!(done.success());
}
