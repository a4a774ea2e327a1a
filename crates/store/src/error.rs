//! What can go wrong with a store, each with what a person can do about it.

use std::path::PathBuf;

use queue::{Lang, Refusal};

/// The store cannot do what was asked; nothing is known to have changed unless said so.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is not one of a store.
    #[error(
        "{url:?} is not a store address; write sqlite:/path/queue.db or \
         postgres://login:password@host/database?site=code"
    )]
    Address {
        /// What was given.
        url: String,
    },
    /// There is no database file.
    #[error("no queue at {}", path.display())]
    Missing {
        /// The file looked for.
        path: PathBuf,
    },
    /// A new store was asked for where one exists.
    #[error("{} exists already", path.display())]
    Exists {
        /// The file in the way.
        path: PathBuf,
    },
    /// The file is a database of another program, or no database.
    #[error("{} is not a queue of this program", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a newer program.
    #[error("{} was made by a newer program (schema {found}, this one knows {known})", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// This program's schema version.
        known: i64,
    },
    /// The database library has a known fault.
    #[error("SQLite {found} has the WAL-reset fault; 3.51.3 or newer is needed")]
    OldLibrary {
        /// Its version.
        found: String,
    },
    /// The file or folder cannot be written.
    #[error("the queue cannot be written: {detail}")]
    ReadOnly {
        /// What the system said.
        detail: String,
    },
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The server can only be read: it follows another one, or was told to write nothing.
    #[error("the server can only be read: {detail}")]
    ServerReadOnly {
        /// What the server said.
        detail: String,
    },
    /// The server's disk is full.
    #[error("the server's disk is full: {detail}")]
    ServerFull {
        /// What the server said.
        detail: String,
    },
    /// The file is damaged.
    #[error("the queue's file is damaged: {detail}")]
    Damaged {
        /// What the database said.
        detail: String,
    },
    /// The file is damaged, and there is no copy to go back to.
    #[error("the queue's file is damaged ({detail}), and {} holds no good copy of it", folder.display())]
    NoBackup {
        /// Where copies were looked for.
        folder: PathBuf,
        /// What the database said.
        detail: String,
    },
    /// The damaged file is about to be replaced by a copy; whoever has it open lets go of it first.
    #[error("the queue's file was found damaged and is being restored")]
    Rescuing,
    /// The file was replaced or its companions deleted under the running program.
    #[error("the queue's file was replaced while in use")]
    Replaced,
    /// Another program has the queue open.
    #[error("another program has the queue open")]
    InUse,
    /// A backup cannot be used.
    #[error("{} is not a good backup: {detail}", path.display())]
    BadBackup {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Other programs held the queue for too long.
    #[error("the queue is busy")]
    Busy,
    /// A write or its commit failed half way: whether it holds is settled by the request id.
    #[error("it is not known whether the last write holds: {detail}")]
    OutcomeUnknown {
        /// What the system said.
        detail: String,
    },
    /// Events are missing from the feed.
    #[error("the feed has a gap after event {after}")]
    Gap {
        /// The last event before the gap.
        after: i64,
    },
    /// There is no open store at the moment.
    #[error("the queue cannot be reached")]
    Away,
    /// Nobody vouches for the server's certificate.
    #[error("the server's certificate is not trusted: {detail}")]
    Untrusted {
        /// What the library said.
        detail: String,
    },
    /// The server does not answer, or the line to it broke.
    #[error("the server cannot be reached: {detail}")]
    Unreachable {
        /// What the system or the server said.
        detail: String,
    },
    /// The server knows no such login or another password.
    #[error("the server does not let this login in: {detail}")]
    Login {
        /// What the server said.
        detail: String,
    },
    /// The login may not do this.
    #[error("this login may not do that: {detail}")]
    Forbidden {
        /// What the server said.
        detail: String,
    },
    /// The server has no queue, or none for this login.
    #[error("the server has no such centre: {detail}")]
    NoCentre {
        /// What the server said.
        detail: String,
    },
    /// The login works for several centres and the address names none.
    #[error("{url} has several centres; add ?site=CODE")]
    WhichSite {
        /// The address.
        url: String,
    },
    /// The server was put back to an older copy of itself: what was given since may be on paper.
    #[error("the server was put back to an older copy")]
    SetBack,
    /// Anything else the server said.
    #[error("the server: {detail}")]
    Server {
        /// What it said.
        detail: String,
    },
    /// Only a store in a file can do this.
    #[error("{url} is no file")]
    NoFile {
        /// The address.
        url: String,
    },
    /// Another program has the counter by now.
    #[error("another program has taken the counter")]
    ClaimLost,
    /// Anything else the database or the system said.
    #[error("the queue's file: {0}")]
    Sqlite(rusqlite::Error),
    /// A file beside the database.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// What is stored does not read as what was written.
    #[error("stored data does not read: {0}")]
    Stored(String),
}

impl Error {
    /// Whether the action may or may not have been done; ask again under the same request id.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        matches!(self, Self::OutcomeUnknown { .. })
    }

    /// Whether the store must be opened anew before anything else is tried.
    #[must_use]
    pub fn store_is_lost(&self) -> bool {
        matches!(
            self,
            Self::Replaced
                | Self::OutcomeUnknown { .. }
                | Self::Damaged { .. }
                | Self::Away
                | Self::Missing { .. }
                | Self::Unreachable { .. }
                | Self::SetBack
                | Self::Server { .. }
        )
    }

    /// Whether the file's bytes are damaged, so that only a copy helps.
    #[must_use]
    pub fn file_is_damaged(&self) -> bool {
        matches!(self, Self::Damaged { .. } | Self::NoBackup { .. })
    }

    /// One or two sentences for the person at the screen: what holds and what to do.
    #[must_use]
    pub fn help(&self, lang: Lang) -> String {
        let (vi, en) = self.words();
        match lang {
            Lang::Vi => vi.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self {
            Self::Address { .. } => (
                "Địa chỉ cơ sở dữ liệu sai. Ghi theo mẫu sqlite:/đường-dẫn/queue.db hoặc \
                 postgres://tên:mật-khẩu@máy-chủ/luot?site=mã.",
                "The store's address is wrong. Write sqlite:/path/queue.db or \
                 postgres://login:password@host/luot?site=code.",
            ),
            Self::Missing { .. } => (
                "Chưa có dữ liệu hàng đợi. Hãy chạy: luot init --site site.toml",
                "There is no queue yet. Run: luot init --site site.toml",
            ),
            Self::Exists { .. } => (
                "Dữ liệu hàng đợi đã có. Dùng luot site apply để đổi cấu hình trung tâm.",
                "The queue exists already. Use luot site apply to change the centre.",
            ),
            Self::Foreign { .. } => (
                "Tệp này không phải dữ liệu của Lượt. Kiểm tra lại đường dẫn.",
                "This file is not a Lượt queue. Check the path.",
            ),
            Self::Newer { .. } => (
                "Dữ liệu do phiên bản mới hơn tạo ra. Hãy cập nhật chương trình.",
                "The data was made by a newer version. Update this program.",
            ),
            Self::OldLibrary { .. } => (
                "Thư viện SQLite quá cũ, có lỗi mất dữ liệu. Hãy cài lại bản phát hành.",
                "The SQLite library is too old and can lose data. Reinstall the release.",
            ),
            Self::ReadOnly { .. } => (
                "Không ghi được dữ liệu. Kiểm tra quyền và chủ sở hữu của thư mục dữ liệu.",
                "The data cannot be written. Check owner and mode of the data folder.",
            ),
            Self::Full => (
                "Đĩa đã đầy, không phát và gọi số được. Hãy xóa bớt tệp rồi thử lại.",
                "The disk is full; no numbers can be given or called. Free space, then try again.",
            ),
            Self::ServerReadOnly { .. } => (
                "Máy chủ này chỉ đọc được, có lẽ là máy dự phòng. Hãy ghi địa chỉ của máy chủ chính, \
                 hoặc cho máy dự phòng thay thế (pg_promote).",
                "This server can only be read, probably as a standby. Name the main server's \
                 address, or let the standby take over (pg_promote).",
            ),
            Self::ServerFull { .. } => (
                "Đĩa của máy chủ đã đầy, không phát và gọi số được. Hãy xóa bớt tệp trên máy chủ rồi \
                 thử lại.",
                "The server's disk is full; no numbers can be given or called. Free space there, \
                 then try again.",
            ),
            Self::Damaged { .. } => (
                "Tệp dữ liệu bị hỏng. Máy tự khôi phục bản sao lưu gần nhất; nếu chưa được, hãy chạy: luot rescue",
                "The data file is damaged. The last good copy is restored by itself; if not, run: luot rescue",
            ),
            Self::NoBackup { .. } => (
                "Tệp dữ liệu bị hỏng và không có bản sao lưu dùng được. Nếu có bản sao ở nơi khác, hãy chạy: luot restore TỆP. Nếu không: đổi tên queue.db, rồi chạy luot init.",
                "The data file is damaged and there is no good copy. With a copy from elsewhere run: luot restore FILE. Without one rename queue.db, then run luot init.",
            ),
            Self::Rescuing => (
                "Tệp dữ liệu bị hỏng, đang được khôi phục từ bản sao lưu. Xin chờ, máy tự thử lại.",
                "The data file was damaged and is being restored from its copy. Please wait; this machine keeps trying.",
            ),
            Self::Replaced => (
                "Tệp dữ liệu đã bị thay thế khi đang chạy. Hãy khởi động lại các máy Lượt.",
                "The data file was replaced while in use. Restart the Lượt programs.",
            ),
            Self::InUse => (
                "Hàng đợi đang được dùng. Hãy tắt tất cả chương trình Lượt trên máy này rồi thử lại.",
                "The queue is in use. Stop every Lượt program on this machine, then try again.",
            ),
            Self::BadBackup { .. } => (
                "Bản sao lưu này không dùng được. Hãy chọn bản khác.",
                "This backup cannot be used. Choose another one.",
            ),
            Self::Busy => {
                ("Hàng đợi đang bận. Xin bấm lại.", "The queue is busy. Please press again.")
            }
            Self::OutcomeUnknown { .. } => (
                "Chưa rõ thao tác vừa rồi đã được ghi chưa. Máy đang tự kiểm tra lại; hãy xem ổ đĩa \
                 hoặc đường mạng.",
                "It is not known whether the last action was written. It is being verified; look \
                 at the disk or the network.",
            ),
            Self::Gap { .. } => (
                "Nhật ký sự kiện bị thiếu. Hãy chạy: luot check",
                "Events are missing. Run: luot check",
            ),
            Self::Unreachable { .. } => (
                "Mất liên lạc với máy chủ. Máy đang tự thử lại; hãy kiểm tra mạng và máy chủ.",
                "The server cannot be reached. This machine keeps trying; look at the network and \
                 the server.",
            ),
            Self::Untrusted { .. } => (
                "Không tin được chứng thư của máy chủ. Ghi sslrootcert=… vào địa chỉ trong tệp cấu hình.",
                "The server's certificate is not trusted. Name it with sslrootcert=… in the address.",
            ),
            Self::Login { .. } => (
                "Máy chủ không nhận tên hoặc mật khẩu. Kiểm tra địa chỉ trong tệp cấu hình.",
                "The server refuses the login or password. Check the address in the config file.",
            ),
            Self::Forbidden { .. } => (
                "Tài khoản của máy này không được làm việc đó. Kiểm tra địa chỉ trong tệp cấu hình.",
                "This machine's login may not do that. Check the address in the config file.",
            ),
            Self::NoCentre { .. } => (
                "Máy chủ chưa có trung tâm này. Hãy chạy: luot init --site site.toml",
                "The server does not have this centre yet. Run: luot init --site site.toml",
            ),
            Self::WhichSite { .. } => (
                "Máy chủ có nhiều trung tâm. Hãy thêm ?site=mã vào địa chỉ.",
                "The server has several centres. Add ?site=code to the address.",
            ),
            Self::SetBack => (
                "Máy chủ đã được đưa về bản sao cũ. Để không phát trùng số, hãy chạy trên máy chủ: luot rescue",
                "The server was put back to an older copy. So that no number is given twice, run there: luot rescue",
            ),
            Self::Server { .. } => (
                "Máy chủ báo lỗi. Máy đang tự thử lại; hãy xem nhật ký của máy chủ.",
                "The server reports a fault. This machine keeps trying; see the server's log.",
            ),
            Self::NoFile { .. } => (
                "Việc này chỉ làm được với tệp dữ liệu trên máy này.",
                "Only a data file of this machine can do this.",
            ),
            Self::ClaimLost => {
                ("Quầy này vừa được mở ở máy khác.", "Another machine has opened this counter.")
            }
            Self::Away | Self::Sqlite(_) | Self::File { .. } | Self::Stored(_) => (
                "Mất kết nối dữ liệu hàng đợi. Máy đang tự thử lại.",
                "The queue cannot be reached. This machine keeps trying.",
            ),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::Full,
            Some(Code::ReadOnly | Code::CannotOpen | Code::PermissionDenied) => {
                Self::ReadOnly { detail: error.to_string() }
            }
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => {
                Self::Damaged { detail: error.to_string() }
            }
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            Some(Code::SystemIoFailure) => Self::OutcomeUnknown { detail: error.to_string() },
            _ => Self::Sqlite(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Stored(error.to_string())
    }
}

/// Why an action was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The rules say no; nothing changed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store cannot.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<rusqlite::Error> for ActError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<serde_json::Error> for ActError {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(error.into())
    }
}
