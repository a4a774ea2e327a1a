//! The centre of the reference: small, and with every rule in use.

use queue::{Appointments, Class, Counter, Hours, Rules, Serves, Service, Session, Site};

use super::hall::{BEFORE_CLOSE, BEFORE_OPEN, BOOKED, CLASSES, SERVICES, SESSIONS, SHORT};

fn week(sessions: &[(i64, i64)]) -> Hours {
    let minute = |minute: i64| u16::try_from(minute).unwrap();
    let day: Vec<_> = sessions
        .iter()
        .map(|(open, close)| Session { open_min: minute(*open), close_min: minute(*close) })
        .collect();
    Hours {
        mon: day.clone(),
        tue: day.clone(),
        wed: day.clone(),
        thu: day.clone(),
        fri: day.clone(),
        sat: day.clone(),
        sun: day,
    }
}

fn service(index: usize, like: &Service) -> Service {
    let (id, prefix, quota) = SERVICES[index];
    Service {
        id: id.into(),
        prefix: prefix.into(),
        quota: u32::try_from(quota).unwrap(),
        agency: String::new(),
        zone: String::new(),
        procedures: Vec::new(),
        hours: (id == "c").then(|| week(&SHORT)),
        appointments: (index == BOOKED).then(Appointments::default),
        ..like.clone()
    }
}

fn counter(id: &str, services: &[(&str, u32)], serves: Serves, ratio: u32) -> Counter {
    let services = services.iter().map(|(id, min)| ((*id).into(), *min)).collect();
    Counter { id: id.into(), name: String::new(), zone: String::new(), services, serves, ratio }
}

pub(super) fn site(rules: &Rules) -> Site {
    let mut site = crate::support::site();
    site.rules = rules.clone();
    site.hours = week(&SESSIONS);
    site.issue_before_open_min = u16::try_from(BEFORE_OPEN).unwrap();
    site.stop_before_close_min = u16::try_from(BEFORE_CLOSE).unwrap();
    site.exceptions.clear();
    site.agencies.clear();
    let name = site.classes[0].name.clone();
    site.classes = CLASSES
        .iter()
        .map(|(id, credit)| Class {
            id: (*id).into(),
            name: name.clone(),
            credit_min: u32::try_from(*credit).unwrap(),
            from_age: 0,
        })
        .collect();
    site.services = (0..SERVICES.len()).map(|index| service(index, &site.services[0])).collect();
    site.counters = vec![
        counter("1", &[("a", 0), ("b", 10)], Serves::All, 2),
        counter("2", &[("a", 0)], Serves::Ordinary, 0),
        counter("3", &[("b", 0), ("c", 0)], Serves::All, 0),
        counter("4", &[("a", 0), ("c", 5)], Serves::Priority, 0),
    ];
    assert_eq!(site.check(), Ok(()));
    site
}
