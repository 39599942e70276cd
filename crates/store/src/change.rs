//! A change of something that need not be there.

/// What becomes of a value that need not be there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T = String> {
    /// It stays as it is.
    #[default]
    Keep,
    /// It is there no more.
    Remove,
    /// It becomes this.
    Set(T),
}

impl<T> Change<T> {
    /// What was `before`, changed.
    pub fn apply(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Remove => None,
            Self::Set(value) => Some(value),
        }
    }

    /// To be `wanted`, whatever it was.
    pub fn to(wanted: Option<T>) -> Self {
        wanted.map_or(Self::Remove, Self::Set)
    }
}
