use queue::{Action, Site, Timestamp, Wish};
use uuid::Uuid;

use super::*;
use crate::{ActError, Error, Store};

/// Monday 23 November 2026, 08:00 in Yên Bái.
const START: Timestamp = Timestamp(1_795_395_600_000);
/// As much as fits anywhere, from a disk of any size.
const SMALL: Measure = Measure { bytes: 256 * 1024, free_min: 0 };

/// A store whose making has laid nothing down.
fn made() -> (tempfile::TempDir, StoreUrl) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("queue.db").display()).parse().unwrap();
    let site: Site = toml::from_str(include_str!("../../../../config/yenbai/site.toml")).unwrap();
    drop(Store::create(&url, &site, START).unwrap());
    drop_it(&url);
    (folder, url)
}

fn size(url: &StoreUrl) -> Option<u64> {
    std::fs::metadata(url.beside("ballast").unwrap()).ok().map(|file| file.len())
}

fn issue(store: &mut Store) -> Result<String, ActError> {
    let action = Action::Issue { service: "stnmt".into(), wish: Wish::default() };
    let done = store.act(Uuid::now_v7(), &action, START)?;
    Ok(done.ticket.unwrap().number.to_string())
}

/// P14: laid down when a store is opened, given up once when the disk is full, and laid down again
/// when it is opened with room; what was refused is not done, what was acknowledged holds.
#[test]
fn it_is_given_up_for_the_day_to_end_and_laid_down_again() {
    let (_folder, url) = made();
    let mut store = Store::open_with(&url, SMALL).unwrap();
    assert_eq!(size(&url), Some(SMALL.bytes));
    assert_eq!(issue(&mut store).unwrap(), "H001");
    // The database is told that it may not grow: to it that is a full disk.
    let limit = |store: &mut Store, pages: i64| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        store.connection().unwrap().query_row(&sql, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let whole = limit(&mut store, 1);
    let mut given = 1;
    let refused = loop {
        match issue(&mut store) {
            Ok(number) => given = number[1..].parse::<u32>().unwrap(),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, ActError::Store(Error::Full)), "{refused:?}");
    assert_eq!(size(&url), None, "given up");
    assert!(matches!(issue(&mut store), Err(ActError::Store(Error::Full))), "there was one only");
    assert_eq!(store.board(START).unwrap().tickets.len(), usize::try_from(given).unwrap());
    // With the room of the ballast the same store goes on where it stood.
    limit(&mut store, whole + 64);
    assert_eq!(issue(&mut store).unwrap(), format!("H{:03}", given + 1));
    assert_eq!(size(&url), None);
    let again = Store::open_with(&url, SMALL).unwrap();
    assert_eq!(size(&url), Some(SMALL.bytes));
    drop((store, again));
    assert_eq!(Store::open(&url).unwrap().check().unwrap(), []);
}

/// P14: a disk without room is not made fuller, and the queue works without a ballast.
#[test]
fn where_there_is_no_room_none_is_laid_down() {
    let (folder, url) = made();
    let nearly_full = Measure { free_min: u64::MAX, ..SMALL };
    let mut store = Store::open_with(&url, nearly_full).unwrap();
    assert_eq!(size(&url), None);
    assert_eq!(issue(&mut store).unwrap(), "H001");
    // More than any disk has: what was begun is taken back.
    let too_much = Measure { bytes: 1 << 60, free_min: 0 };
    drop(Store::open_with(&url, too_much).unwrap());
    assert_eq!(size(&url), None);
    let left = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(!left.into_iter().any(|name| name == "queue.ballast"));
    assert_eq!(issue(&mut store).unwrap(), "H002");
}

/// Whoever opens it next leaves the ballast that lies there, whatever its size.
#[test]
fn what_lies_there_is_left() {
    let (_folder, url) = made();
    std::fs::write(url.beside("ballast").unwrap(), "laid down before").unwrap();
    drop(Store::open_with(&url, SMALL).unwrap());
    assert_eq!(size(&url), Some(16));
}
