//! Whole-centre stories, and the rules of the house.
