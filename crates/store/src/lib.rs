//! Remembers the queue: one action is one durable transaction that yields events.
