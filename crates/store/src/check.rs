//! Is everything in order? The file, the feed, and the state against the log.

/// Something that is not in order, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}
