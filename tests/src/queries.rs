//! The operations that several tests use. A chat, a message or an act is always asked for in the same
//! shape, so that an answer of a query and an update of a subscription can be compared.

macro_rules! inbox_shapes {
    () => {
        "fragment Row on Chat { id channel { id name kind } contact { id name email phone verified }
       state mark unreadCount unanswered openedAt lastActivityAt archivedAt
       archivedBy { kind agent { id name } }
       lastMessage { direction text at state author { kind agent { id } } } }
     fragment Counts on Counters { active archived unread unanswered
       channels { channelId active archived unread unanswered unreadMessages } }"
    };
}

macro_rules! chat_shapes {
    () => {
        "fragment Row on Chat { id state mark unreadCount unanswered lastActivityAt archivedAt
       contact { name handle email phone verified locale page { url title } }
       archivedBy { kind agent { id name } } }
     fragment Line on Message { id clientMessageId position direction text erased state failure
       author { kind agent { id name } } sentAt deliveredAt readAt editedAt deletedAt
       reactions { emoji by { kind } } }
     fragment Knot on ChatAct { position kind detail at actor { kind agent { id name } } }"
    };
}

/// Signs in.
pub const SIGN_IN: &str = "mutation($input: SignInInput!) {
  signIn(input: $input) { viewer { role agent { id email name } } userErrors { code message field } } }";

/// Who is asking.
pub const VIEWER: &str = "{ viewer { role agent { id email name } } }";

/// The list with its counters: `$filter`, `$first`.
pub const INBOX: &str = concat!(
    "query($filter: ChatFilter, $first: Int, $after: String) {
       chats(filter: $filter, first: $first, after: $after) {
         position pageInfo { hasNextPage endCursor } nodes { ...Row } }
       counters { ...Counts } } ",
    inbox_shapes!()
);

/// What changes in the list.
pub const INBOX_CHANGES: &str = concat!(
    "subscription($after: Position) {
       inbox(after: $after) { position resync chats { ...Row } counters { ...Counts } } } ",
    inbox_shapes!()
);

/// One chat with its newest messages and its acts: `$id`.
pub const CHAT: &str = concat!(
    "query($id: ID!) { chat(id: $id) { ...Row position messages(last: 100) { position nodes { ...Line } }
       acts { ...Knot } } } ",
    chat_shapes!()
);

/// What changes in one chat: `$id`, `$after`.
pub const CHAT_CHANGES: &str = concat!(
    "subscription($id: ID!, $after: Position) { chat(id: $id, after: $after) {
       position resync chat { ...Row } messages { ...Line } acts { ...Knot } } } ",
    chat_shapes!()
);

/// Writes to a contact.
pub const SEND_MESSAGE: &str = "mutation($input: SendMessageInput!) {
  sendMessage(input: $input) { pending position message { id clientMessageId text state position }
    chat { id state mark } userErrors { code message field limit } } }";

/// Marks all of a chat as read.
pub const MARK_CHAT_READ: &str = "mutation($input: MarkChatReadInput!) {
  markChatRead(input: $input) { pending position chat { id mark unreadCount unanswered }
    userErrors { code message field limit } } }";

/// Puts a chat away.
pub const ARCHIVE_CHAT: &str = "mutation($input: ArchiveChatInput!) {
  archiveChat(input: $input) { pending position chat { id state archivedAt archivedBy { kind agent { id name } } }
    userErrors { code message field limit } } }";

/// Takes a chat out of the archive.
pub const REOPEN_CHAT: &str = "mutation($input: ReopenChatInput!) {
  reopenChat(input: $input) { pending position chat { id state archivedAt } userErrors { code message field limit } } }";

/// Destroys everything personal of a chat's contact.
pub const ERASE_CONTACT: &str = "mutation($input: EraseContactInput!) {
  eraseContact(input: $input) { state pending position chat { id contact { name email phone verified }
    lastMessage { text } } userErrors { code message field limit } } }";

/// Says that the agent is writing, or no longer.
pub const SET_TYPING: &str =
    "mutation($input: SetTypingInput!) { setTyping(input: $input) { ok } }";

/// Makes a company.
pub const SET_UP: &str = "mutation($input: SetUpInput!) {
  setUp(input: $input) { viewer { role agent { id } } userErrors { code message field limit } } }";

/// Makes a web chat.
pub const CONNECT_WEB_CHAT: &str = "mutation($input: ConnectWebChatInput!) {
  connectWebChat(input: $input) { position channel { id name kind widget { key origins code identitySecret } }
    userErrors { code message field limit } } }";

/// Invites somebody.
pub const INVITE_AGENT: &str = "mutation($input: InviteAgentInput!) {
  inviteAgent(input: $input) { invitation { id email url } userErrors { code message field limit } } }";

/// Takes an invitation up.
pub const ACCEPT_INVITATION: &str = "mutation($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) { viewer { role agent { id email } } userErrors { code message field limit } } }";

/// Lets an agent use a channel.
pub const GRANT_CHANNEL_ACCESS: &str = "mutation($input: GrantChannelAccessInput!) {
  grantChannelAccess(input: $input) { position channel { id agents { id } } userErrors { code message field limit } } }";

/// Takes that away.
pub const REVOKE_CHANNEL_ACCESS: &str = "mutation($input: RevokeChannelAccessInput!) {
  revokeChannelAccess(input: $input) { position channel { id agents { id } } userErrors { code message field limit } } }";

/// Connects a channel that an integrator's program carries.
pub const CONNECT_CHANNEL: &str = "mutation($input: ConnectChannelInput!) {
  connectChannel(input: $input) { position channel { id name kind page bridged connected
    capabilities { reportsDelivered reportsRead starts textLimit textUnit } }
    userErrors { code message field limit } } }";

/// Pushes what contacts wrote on it.
pub const RECEIVE_MESSAGES: &str = "mutation($input: ReceiveMessagesInput!) {
  receiveMessages(input: $input) { position pending results { externalId chatId messageId status
    userErrors { code message field limit } } userErrors { code message field limit } } }";

/// Nothing can be sent through a channel any more.
pub const REPORT_SYNC_LOST: &str = "mutation($input: ReportSyncLostInput!) {
  reportSyncLost(input: $input) { position channel { id connected syncLost } userErrors { code message field limit } } }";

/// Takes a channel out of use.
pub const DISCONNECT_CHANNEL: &str = "mutation($input: DisconnectChannelInput!) {
  disconnectChannel(input: $input) { position channel { id connected syncLost } userErrors { code message field limit } } }";

/// It can be sent through again.
pub const RECONNECT_CHANNEL: &str = "mutation($input: ReconnectChannelInput!) {
  reconnectChannel(input: $input) { position channel { id connected syncLost } userErrors { code message field limit } } }";

/// What may be written through a channel.
pub const SET_CHANNEL_RULES: &str = "mutation($input: SetChannelRulesInput!) {
  setChannelRules(input: $input) { position channel { id rules { replyHours readOnly } }
    userErrors { code message field limit } } }";

/// Takes comments under publications in, or no longer.
pub const SWITCH_COMMENTS: &str = "mutation($input: SwitchCommentsInput!) {
  switchComments(input: $input) { position channel { id receivesComments } userErrors { code message field limit } } }";

/// Gives a chat to somebody.
pub const ASSIGN_CHAT: &str = "mutation($input: AssignChatInput!) {
  assignChat(input: $input) { pending position chat { id assignee { kind agent { id name } } } userErrors { code message field limit } } }";

/// Takes a chat.
pub const TAKE_CHAT: &str = "mutation($input: TakeChatInput!) {
  takeChat(input: $input) { pending position chat { id assignee { kind agent { id name } } } userErrors { code message field limit } } }";

/// Gives a chat up.
pub const UNASSIGN_CHAT: &str = "mutation($input: UnassignChatInput!) {
  unassignChat(input: $input) { pending position chat { id assignee { kind agent { id name } } } userErrors { code message field limit } } }";

/// Makes a group.
pub const CREATE_GROUP: &str = "mutation($input: CreateGroupInput!) {
  createGroup(input: $input) { position group { id name chats } userErrors { code message field limit } } }";

/// Changes a group.
pub const UPDATE_GROUP: &str = "mutation($input: UpdateGroupInput!) {
  updateGroup(input: $input) { position group { id name chats } userErrors { code message field limit } } }";

/// Changes an agent.
pub const UPDATE_AGENT: &str = "mutation($input: UpdateAgentInput!) {
  updateAgent(input: $input) { position agent { id name role groups { id name } } userErrors { code message field limit } } }";

/// Shuts an agent out.
pub const DEACTIVATE_AGENT: &str = "mutation($input: DeactivateAgentInput!) {
  deactivateAgent(input: $input) { position agent { id active } userErrors { code message field limit } } }";

/// Lets an agent in again.
pub const REACTIVATE_AGENT: &str = "mutation($input: ReactivateAgentInput!) {
  reactivateAgent(input: $input) { position agent { id active } userErrors { code message field limit } } }";

/// Lets a group use a channel.
pub const GRANT_CHANNEL_TO_GROUP: &str = "mutation($input: GrantChannelToGroupInput!) {
  grantChannelToGroup(input: $input) { position channel { id groups { id } } userErrors { code message field limit } } }";

/// Takes that away.
pub const REVOKE_CHANNEL_FROM_GROUP: &str = "mutation($input: RevokeChannelFromGroupInput!) {
  revokeChannelFromGroup(input: $input) { position channel { id groups { id } } userErrors { code message field limit } } }";

/// Says how one wants to be seen.
pub const SET_PRESENCE: &str = "mutation($input: SetPresenceInput!) {
  setPresence(input: $input) { presence userErrors { code message field limit } } }";

/// Says where one looks.
pub const SET_VIEWING: &str =
    "mutation($input: SetViewingInput!) { setViewing(input: $input) { ok } }";

/// Puts a chat aside.
pub const SNOOZE_CHAT: &str = "mutation($input: SnoozeChatInput!) {
  snoozeChat(input: $input) { pending position chat { id state snooze { until } } userErrors { code message field limit } } }";

/// Takes a chat back that was put aside.
pub const UNSNOOZE_CHAT: &str = "mutation($input: UnsnoozeChatInput!) {
  unsnoozeChat(input: $input) { pending position chat { id state snooze { until } }
    userErrors { code message field limit } } }";

/// For how long a chat is put aside, and its acts.
pub const SNOOZE: &str = "query($id: ID!) {
  chat(id: $id) { id state snooze { until } acts { kind detail actor { kind name } } } }";
/// Whether one can write in a chat, with its messages: `$id`.
pub const CHAT_COMPOSER: &str = "query($id: ID!) { chat(id: $id) {
  position composer { state reason replyUntil link templates policy purposes { purpose means warning { code message } } }
  messages(last: 100) { nodes { id text state tick failure attempt acceptedAt deliveredAt readAt
    terms { policy purpose tag template { name language } } } } } }";

/// The same while it is on screen: `$id`, `$after`.
pub const CHAT_COMPOSER_CHANGES: &str = "subscription($id: ID!, $after: Position) { chat(id: $id, after: $after) {
  position resync chat { id channel { connected syncLost } composer { state reason replyUntil templates } } } }";

/// How long a text is on a channel: `$id`, `$text`.
pub const MEASURE_TEXT: &str =
    "query($id: ID!, $text: String!) { measureText(channelId: $id, text: $text) {
  length limit unit fits segments encoding } }";

/// Writes first.
pub const START_CHAT: &str = "mutation($input: StartChatInput!) {
  startChat(input: $input) { pending position message { id text state } chat { id contact { handle } }
    userErrors { code message field limit } } }";

/// Sends a failed message once more.
pub const RETRY_MESSAGE: &str = "mutation($input: RetryMessageInput!) {
  retryMessage(input: $input) { pending position chat { id } userErrors { code message field limit } } }";

/// What waits to be sent through a bridged channel: `$id`, `$after`.
pub const OUTBOX: &str =
    "query($id: ID!, $after: Position) { outbox(channelId: $id, after: $after) {
  position items { position messageId chatId handle text attempt } } }";

/// The same, as it comes.
pub const OUTBOX_ITEMS: &str =
    "subscription($id: ID!, $after: Position) { outbox(channelId: $id, after: $after) {
  position messageId chatId handle text attempt } }";

/// What contacts changed of messages that came in.
pub const REPORT_CHANGES: &str = "mutation($input: ReportChangesInput!) {
  reportChanges(input: $input) { position pending results { taken userErrors { code message field limit } }
    userErrors { code message field limit } } }";

/// What became of messages that were taken out.
pub const REPORT_MESSAGES: &str = "mutation($input: ReportMessagesInput!) {
  reportMessages(input: $input) { position pending results { taken userErrors { code message field limit } }
    userErrors { code message field limit } } }";
