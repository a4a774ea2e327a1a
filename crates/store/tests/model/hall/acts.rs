//! Every other action: numbers, moves between queues, shifts, bookings, paper and clocks.

use queue::{
    Action, Alert, Asker, CounterId, Danger, Duty, Intake, Level, OfficerId, PrintState,
    ReturnPlace, Role, Shift, Staffing, State, Target, Tries, Wish,
};

use super::{
    Answer, BEFORE_CLOSE, BEFORE_OPEN, BOOKED, CLASSES, DAY, Hall, MINUTE, SERVICES, SESSIONS,
    SHORT, Slip, day_of, desk_of, instant, minute_of, service_of,
};

fn class_of(wish: &Wish) -> Result<usize, &'static str> {
    let Some(code) = &wish.class else { return Ok(0) };
    CLASSES.iter().position(|(class, _)| *class == code.as_str()).ok_or("unknown_class")
}

fn sessions(service: usize) -> &'static [(i64, i64)] {
    if SERVICES[service].0 == "c" { &SHORT } else { &SESSIONS }
}

fn credit(class: usize) -> i64 {
    CLASSES[class].1 * MINUTE
}

impl Hall {
    pub(super) fn perform(&mut self, action: &Action) -> Answer {
        match action {
            Action::Issue { service, wish } => self.issue(service.as_str(), wish),
            Action::Direct { counter, service } => self.direct(counter, service.as_str()),
            Action::CallNext { counter } => self.call_next(counter),
            Action::Call { counter, number, .. } => self.call_number(counter, number),
            Action::AtCounter { counter, step } => self.at_desk(counter, step),
            Action::Resume { counter, number } => self.resume(counter, number),
            Action::Transfer { number, to, by } => {
                self.of_others(number, by.as_ref())?;
                self.transfer(number, to)
            }
            Action::Requeue { number, .. } => self.requeue(number),
            Action::Cancel { number, .. } => {
                self.end(number, State::Cancelled, |state| state != State::Serving)
            }
            Action::Void { number, by, .. } => {
                self.of_others(number, by.as_ref())?;
                self.end(number, State::Void, |_| true)
            }
            Action::Undo { counter } => self.undo(counter),
            Action::TakeOver { counter, from } => self.take_over(counter, from),
            Action::Rate { ticket, level, .. } => self.rate(ticket.0, *level),
            Action::Staff { change } => self.staff(change),
            Action::Intake { service, change, by } => {
                let service = service_of(service.as_str())?;
                if by.as_ref().is_some_and(|by| desk_of(by.as_str()).is_none()) {
                    return Err("unknown_counter");
                }
                self.supervises(by.as_ref())?;
                self.paused[service] = match change {
                    Intake::Pause { reason } => Some(reason.clone()),
                    Intake::Resume => None,
                };
                Ok(None)
            }
            Action::Emergency { change, by } => self.alert(change, by.as_ref()),
            Action::Shift { counter, change } => self.shift(counter, change),
            Action::Book { service, slot } => {
                let service = service_of(service.as_str())?;
                self.free_slot(service, slot.0, None).map(|()| None)
            }
            Action::MoveBooking { code, slot } => {
                let index = self.booking(&code.0)?;
                self.free_slot(BOOKED, slot.0, Some(index))?;
                self.bookings[index].1 = slot.0;
                Ok(None)
            }
            Action::CancelBooking { code } => {
                let index = self.booking(&code.0)?;
                self.bookings.remove(index);
                Ok(None)
            }
            Action::CheckIn { code, wish } => self.check_in(&code.0, wish),
            Action::Print { ticket, print, .. } => {
                let slip = usize::try_from(ticket.0 - 1).unwrap();
                self.slips.get_mut(slip).ok_or("unknown_ticket")?.print = *print;
                Ok(Some(slip))
            }
            Action::Announce { .. } => Ok(None),
            Action::ClockStepped { .. } => {
                self.held = Some(self.at);
                Ok(None)
            }
            Action::ConfirmDate => {
                if self.held == Some(self.at) {
                    self.confirmed = Some(self.at);
                }
                Ok(None)
            }
        }
    }

    /// Those who sign in at a counter must supervise; without officers anybody may.
    fn alert(&mut self, change: &Alert, by: Option<&CounterId>) -> Answer {
        if let Some(by) = by {
            desk_of(by.as_str()).ok_or("unknown_counter")?;
            let any = |code| if code == "not_supervisor" { "supervisor_only" } else { code };
            self.supervises(Some(by)).map_err(any)?;
        }
        self.emergency = match change {
            Alert::Raise { text, danger: Danger::Other } if text.vi.len() != 1 => {
                return Err("message_length");
            }
            Alert::Raise { text, danger: Danger::Other } => Some(text.vi.clone()),
            Alert::Raise { danger, .. } => Some(danger.usual().vi),
            Alert::End if self.emergency.is_none() => return Err("no_emergency"),
            Alert::End => None,
        };
        Ok(None)
    }

    fn rate(&mut self, ticket: i64, level: Level) -> Answer {
        let slip = usize::try_from(ticket - 1).unwrap();
        let known = self.slips.get(slip).ok_or("unknown_ticket")?;
        if known.state != State::Served || known.day != self.day {
            return Err("not_served");
        }
        if self.rated.contains(&slip) {
            return Err("rated_before");
        }
        self.rated.push(slip);
        self.ratings.add(level);
        Ok(None)
    }

    fn staff(&mut self, change: &Staffing) -> Answer {
        let place = |who: &OfficerId| self.officers.iter().position(|(known, _)| known.id == *who);
        match change {
            Staffing::Enlist { who, pin } => match (place(&who.id), pin) {
                (None, None) => return Err("pin_missing"),
                (Some(at), None) => self.officers[at].0 = who.clone(),
                (Some(at), Some(_)) => self.officers[at] = (who.clone(), Tries::default()),
                (None, Some(_)) => {
                    self.officers.push((who.clone(), Tries::default()));
                    self.officers.sort_by(|a, b| a.0.id.cmp(&b.0.id));
                }
            },
            Staffing::ResetPin { who, .. } => {
                let at = place(who).ok_or("unknown_officer")?;
                self.officers[at].1 = Tries::default();
            }
            Staffing::Assign { who, agencies, by } => self.assign(who, agencies, by)?,
            Staffing::Dismiss { who } => {
                let at = place(who).ok_or("unknown_officer")?;
                self.officers.remove(at);
            }
            Staffing::TryPin { who, counter, right } => {
                desk_of(counter.as_str()).ok_or("unknown_counter")?;
                let at = place(who).ok_or("unknown_officer")?;
                let tries = &mut self.officers[at].1;
                if tries.wait_ms(self.at) > 0 {
                    return Err("pin_locked");
                }
                *tries = if *right { Tries::default() } else { tries.after_wrong(self.at) };
            }
        }
        Ok(None)
    }

    fn issue(&mut self, service: &str, wish: &Wish) -> Answer {
        let service = service_of(service)?;
        let class = class_of(wish)?;
        self.may_issue(service, wish)?;
        let limit = SERVICES[service].2;
        if limit > 0 && self.given_this_half_day(service) >= limit {
            return Err("quota_reached");
        }
        Ok(Some(self.give(service, class, self.at - credit(class), wish)))
    }

    fn check_in(&mut self, code: &str, wish: &Wish) -> Answer {
        let index = self.booking(code)?;
        let slot = self.bookings[index].1;
        let class = class_of(wish)?;
        if self.at < slot - 30 * MINUTE {
            return Err("booking_early");
        }
        self.may_issue(BOOKED, wish)?;
        let late = self.at > slot + 15 * MINUTE;
        let from = if late { self.at } else { slot - 20 * MINUTE };
        self.bookings.remove(index);
        Ok(Some(self.give(BOOKED, class, from - credit(class), wish)))
    }

    fn may_issue(&self, service: usize, wish: &Wish) -> Result<(), &'static str> {
        for next in &wish.then {
            service_of(next.as_str())?;
        }
        if self.paused[service].is_some() {
            return Err("paused");
        }
        let minute = minute_of(self.at);
        let given = |&(open, close): &(i64, i64)| {
            (open - BEFORE_OPEN..close - BEFORE_CLOSE).contains(&minute)
        };
        if wish.asker == Asker::Visitor && !sessions(service).iter().any(given) {
            return Err("closed");
        }
        let Some(person) = wish.person.as_ref().filter(|_| self.rules.one_each) else {
            return Ok(());
        };
        let holds = self.people.iter().any(|(other, of, slip)| {
            let slip = &self.slips[*slip];
            *other == person.0 && *of == service && !slip.state.ended() && !self.gone(slip)
        });
        if holds { Err("one_each") } else { Ok(()) }
    }

    /// Numbers of the half day: from the end of one session to the end of the next.
    fn given_this_half_day(&self, service: usize) -> usize {
        let (minute, noon) = (minute_of(self.at), SESSIONS[0].1);
        let since = instant(self.day, if minute >= noon { noon } else { 0 });
        let counts = |slip: &&Slip| {
            slip.day == self.day
                && slip.series == SERVICES[service].1
                && slip.state != State::Void
                && slip.issued >= since
        };
        self.slips.iter().filter(counts).count()
    }

    fn count(&self, series: &str) -> u32 {
        let last = self.slips.iter().filter(|slip| slip.day == self.day && slip.series == series);
        u32::try_from(last.count()).unwrap() + 1
    }

    fn give(&mut self, service: usize, class: usize, rank: i64, wish: &Wish) -> usize {
        let series = SERVICES[service].1;
        let then = wish.then.iter().map(|next| service_of(next.as_str()).unwrap()).collect();
        let slip = Slip {
            then,
            class,
            lang: wish.lang.clone(),
            rank,
            dossiers: wish.dossiers,
            print: wish.print,
            count: self.count(series),
            ..self.blank(series, service)
        };
        self.slips.push(slip);
        if let Some(person) = wish.person.as_ref().filter(|_| self.rules.one_each) {
            self.people.push((person.0.clone(), service, self.slips.len() - 1));
        }
        self.slips.len() - 1
    }

    fn blank(&self, series: &'static str, service: usize) -> Slip {
        Slip {
            day: self.day,
            series,
            count: 1,
            service,
            class: 0,
            dossiers: 0,
            then: Vec::new(),
            lang: String::new(),
            state: State::Waiting,
            desk: None,
            only: None,
            rank: self.at,
            issued: self.at,
            called: None,
            started: None,
            ended: None,
            back: None,
            calls: 0,
            leg: 1,
            print: PrintState::None,
            touched: 0,
        }
    }

    fn direct(&mut self, code: &CounterId, service: &str) -> Answer {
        let service = service_of(service)?;
        let desk = self.free(code)?;
        self.open(desk);
        let at = Some(self.at);
        let slip = Slip {
            count: self.count("+"),
            state: State::Serving,
            desk: Some(desk),
            called: at,
            started: at,
            ..self.blank("+", service)
        };
        self.slips.push(slip);
        Ok(Some(self.slips.len() - 1))
    }

    fn transfer(&mut self, number: &queue::Number, to: &Target) -> Answer {
        let slip = self.numbered(number)?;
        let (service, only) = match to {
            Target::Service(service) => (service_of(service.as_str())?, None),
            Target::Counter(counter) => {
                let desk = desk_of(counter.as_str()).ok_or("unknown_counter")?;
                (self.slips[slip].service, Some(desk))
            }
        };
        let state = self.slips[slip].state;
        if state.ended() || state == State::NoShow {
            return Err("state");
        }
        if self.slips[slip].series == "+" {
            return Err("no_number");
        }
        let anew = self.at - credit(self.slips[slip].class);
        let keeps = self.rules.transfer_keeps_arrival;
        self.change(slip, true, |slip| {
            slip.wait(if keeps { slip.rank } else { anew });
            (slip.service, slip.only, slip.leg) = (service, only, slip.leg + 1);
        });
        Ok(Some(slip))
    }

    /// Missed too long ago to come back.
    fn gone(&self, slip: &Slip) -> bool {
        let limit = i64::from(self.rules.missed_return_min) * MINUTE;
        let since = slip.ended.map_or(0, |ended| self.at - ended);
        slip.state == State::NoShow && limit > 0 && since > limit
    }

    fn requeue(&mut self, number: &queue::Number) -> Answer {
        let slip = self.numbered(number)?;
        let missed = match self.slips[slip].state {
            State::Called | State::Parked => false,
            State::NoShow => true,
            _ => return Err("state"),
        };
        if self.gone(&self.slips[slip]) {
            return Err("too_late");
        }
        let end = missed && self.rules.missed_place == ReturnPlace::End;
        let at = self.at;
        self.change(slip, true, |slip| slip.wait(if end { at } else { slip.rank }));
        Ok(Some(slip))
    }

    fn end(&mut self, number: &queue::Number, to: State, from: fn(State) -> bool) -> Answer {
        let slip = self.numbered(number)?;
        let (state, at) = (self.slips[slip].state, self.at);
        if state.ended() || !from(state) {
            return Err("state");
        }
        self.change(slip, true, |slip| slip.end(to, at));
        Ok(Some(slip))
    }

    fn shift(&mut self, code: &CounterId, change: &Shift) -> Answer {
        let index = Self::desk(code)?;
        let busy = self.held_by(index).is_some();
        if let Shift::Take { officer } = change {
            self.may_work(officer.as_ref())?;
        }
        let (at, desk) = (self.at, &mut self.desks[index]);
        match change {
            Shift::Open { officer } | Shift::Take { officer } => {
                desk.officer = officer.as_ref().map(ToString::to_string);
                desk.duty = Some(Duty::Open);
            }
            Shift::Pause { .. } | Shift::Close if busy => return Err("still_held"),
            Shift::Pause { reason } => desk.duty = Some(Duty::Paused { reason: reason.clone() }),
            Shift::Close => (desk.duty, desk.officer) = (Some(Duty::Closed), None),
        }
        desk.since = at;
        Ok(None)
    }

    /// Numbers of others and services are the supervisors', where anybody signs in.
    fn of_others(
        &self,
        number: &queue::Number,
        by: Option<&CounterId>,
    ) -> Result<(), &'static str> {
        let own = self.slips[self.numbered(number)?].desk.map(|desk| super::DESKS[desk]);
        if own == by.map(CounterId::as_str) { Ok(()) } else { self.supervises(by) }
    }

    /// The centre of the reference has no agencies: who may is asked, and an agency is unknown.
    fn assign(
        &mut self,
        who: &OfficerId,
        agencies: &[String],
        by: &CounterId,
    ) -> Result<(), &'static str> {
        Self::desk(by)?;
        let at = |who: &OfficerId| self.officers.iter().position(|(known, _)| known.id == *who);
        let whom = at(who).ok_or("unknown_officer")?;
        let asks = self.desks[Self::desk(by)?].officer.clone().ok_or("not_signed_in")?;
        let asks = at(&asks.as_str().into()).ok_or("unknown_officer")?;
        let (asks, whom) = (self.officers[asks].0.role, &mut self.officers[whom].0);
        if asks == Role::Officer || (asks < Role::Admin && whom.role >= asks) {
            return Err("not_theirs");
        }
        if !agencies.is_empty() {
            return Err("unknown_agency");
        }
        whom.agencies.clear();
        Ok(())
    }

    fn supervises(&self, by: Option<&CounterId>) -> Result<(), &'static str> {
        let Some(by) = by.filter(|_| !self.officers.is_empty()) else { return Ok(()) };
        let desk = Self::desk(by).ok().map(|desk| &self.desks[desk]);
        let who = desk.and_then(|desk| desk.officer.as_ref()).ok_or("not_signed_in")?;
        let known = self.officers.iter().find(|(known, _)| known.id.as_str() == who);
        let (known, _) = known.ok_or("unknown_officer")?;
        if known.role > Role::Officer { Ok(()) } else { Err("not_supervisor") }
    }

    /// Nobody of this centre has an agency.
    fn may_work(&self, who: Option<&OfficerId>) -> Result<(), &'static str> {
        let known = |who: &OfficerId| self.officers.iter().any(|(known, _)| known.id == *who);
        match who {
            _ if self.officers.is_empty() => Ok(()),
            None => Err("not_signed_in"),
            Some(who) if known(who) => Ok(()),
            Some(_) => Err("unknown_officer"),
        }
    }

    fn booking(&self, code: &str) -> Result<usize, &'static str> {
        self.bookings.iter().position(|(live, _)| live == code).ok_or("unknown_booking")
    }

    /// Whether a time is on the grid, ahead, near enough, and has a place.
    fn free_slot(&self, service: usize, slot: i64, but: Option<usize>) -> Result<(), &'static str> {
        let minute = minute_of(slot);
        let on_grid = SESSIONS
            .iter()
            .any(|(open, close)| (*open..*close).contains(&minute) && (minute - open) % 15 == 0);
        let whole = slot == instant(day_of(slot), minute);
        let ahead = slot - self.at;
        if service != BOOKED || !on_grid || !whole || ahead <= 0 || ahead > 6 * DAY {
            return Err("no_slot");
        }
        let others = self.bookings.iter().enumerate().filter(|(index, _)| Some(*index) != but);
        let booked = others.filter(|(_, (_, other))| *other == slot).count();
        if booked == 0 { Ok(()) } else { Err("slot_full") }
    }
}
