//! Signing in: the PIN is compared here, outside any transaction, and every try is on record.

use queue::{Action, CounterId, OfficerId, Refusal, Staffing, What};
use store::ActError;
use uuid::Uuid;

use super::{Answer, News, Trouble, Worker};
use crate::pin::Pin;

impl<T: FnMut(News)> Worker<T> {
    pub(super) fn sign_in(&mut self, request: Uuid, who: OfficerId, counter: CounterId, pin: &Pin) {
        let answer = match self.try_pin(request, who, counter, pin) {
            Ok(answer) => answer,
            Err(ActError::Refused(refusal)) => Answer::Refused(refusal),
            Err(ActError::Store(error)) => {
                if error.outcome_unknown() || error.store_is_lost() {
                    self.away(&error);
                }
                // Whether the try was counted or not: nobody is signed in.
                Answer::Failed(Trouble::from(&error))
            }
        };
        self.catch_up();
        (self.tell)(News::Answer { request, answer });
    }

    fn try_pin(
        &mut self,
        request: Uuid,
        who: OfficerId,
        counter: CounterId,
        pin: &Pin,
    ) -> Result<Answer, ActError> {
        let now = self.clock.now().wall;
        let store = &mut self.open.as_mut().ok_or(store::Error::Away)?.store;
        let right = store.pin(&who)?.is_some_and(|kept| pin.is(&kept));
        let action = Action::Staff { change: Staffing::TryPin { who, counter, right } };
        let done = store.act(request, &action, now)?;
        let wrong = done.events.iter().find_map(|event| {
            if let What::PinWrong { tries, .. } = event.what {
                Some((event.at, tries))
            } else {
                None
            }
        });
        Ok(match wrong {
            None => Answer::Done(Box::new(done)),
            Some((at, tries)) if tries.wait_ms(at.0) > 0 => {
                Answer::Refused(Refusal::PinLocked { until: at.plus_ms(tries.wait_ms(at.0)) })
            }
            Some((_, tries)) => Answer::Refused(Refusal::WrongPin { left: tries.left() }),
        })
    }
}
