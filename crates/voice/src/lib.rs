//! A call as words, words as clips, clips as sound.
