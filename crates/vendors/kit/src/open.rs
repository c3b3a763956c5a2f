/// Defines an enum of a vendor's words, with a last member that keeps any word that is not documented.
///
/// ```
/// rollbook_vendor_kit::open_enum! {
///     /// How far a device is trusted.
///     Level {
///         /// Not at all.
///         Low = "Low",
///     }
/// }
/// let level: Level = serde_json::from_str("\"Sideways\"")?;
/// assert_eq!(level.as_str(), "Sideways");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$member_doc])* $member,)*
            /// A word that the vendor's documents do not have, as it came.
            Other(String),
        }

        impl $name {
            /// The vendor's word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$member => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl $name {
            fn known(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$member),)*
                    _ => None,
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::known(&text).unwrap_or(Self::Other(text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> $crate::__serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::lenient::word(deserializer, Self::known, Self::from)
            }
        }
    };
}
