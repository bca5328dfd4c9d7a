//! To whom new chats go (A10): one after the other or to the least busy, of those who are here; else to nobody.

use anyhow::Result;
use hilo_tests::company::hire;
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Bridge, Client, Company, until};
use serde_json::json;

const CHANGE: &str = "mutation($input: ChangeWorkspaceSettingsInput!) {
  changeWorkspaceSettings(input: $input) { position userErrors { code message field limit } } }";
const ASSIGNEE: &str = "query($id: ID!) { chat(id: $id) { assignee { agent { id } } } }";
const TAKE: &str = "mutation($input: TakeChatInput!) {
  takeChat(input: $input) { position userErrors { code message field limit } } }";
const PRESENCE: &str = "{ presence { agent { id } presence } }";

/// A company with a second agent, Marek, and a channel that both answer.
struct Team {
    company: Company,
    marek: Client,
    marek_id: String,
    bridge: Bridge,
}

impl Team {
    async fn meet() -> Result<Self> {
        let company = Company::found().await?;
        let (marek, marek_id) = hire(
            &company.admin,
            "Marek",
            "marek@taller.example",
            "AGENT",
            &[],
        )
        .await?;
        let agents = [company.ana_id.as_str(), marek_id.as_str()];
        let bridge = Bridge::connect(&company.admin, "API", "Viber", &agents).await?;
        let team = Self {
            company,
            marek,
            marek_id,
            bridge,
        };
        team.rule_is_there().await?;
        Ok(team)
    }

    async fn distribute(&self, to: &str) -> Result<()> {
        let input = json!({"input": {"distribution": to}});
        self.company.admin.act(CHANGE, input).await.map(drop)
    }

    /// Opens Hilo for somebody, and waits until that is seen.
    async fn come(&self, client: &Client, id: &str) -> Result<Socket> {
        let mut socket = Socket::open(client).await?;
        let presence = "subscription { presence { agent { id } presence } }";
        socket.subscribe("1", presence, json!({})).await?;
        until("the agent is here", async || {
            let all = self.company.admin.get(PRESENCE, json!({})).await?;
            let mut all = all.list("/presence").iter();
            let is_here =
                all.any(|one| one.text("/agent/id") == id && one.text("/presence") == "ONLINE");
            Ok(is_here.then_some(()))
        })
        .await?;
        Ok(socket)
    }

    /// Waits until the rule has looked at everything up to now; it begins with what happens once it first runs.
    async fn rule_is_there(&self) -> Result<()> {
        until("the rule has looked", async || {
            let (_, body) = self.company.hilo.readiness().await?;
            let mut consumers = body.list("/consumers").iter();
            let rule = consumers.find(|it| it.text("/name") == "assign_chat_when_opened");
            Ok(rule.filter(|rule| *rule.at("/lag") == 0).map(drop))
        })
        .await
    }

    async fn assignee(&self, chat: &str) -> Result<Option<String>> {
        let data = self
            .company
            .admin
            .get(ASSIGNEE, json!({"id": chat}))
            .await?;
        let id = data.pointer("/chat/assignee/agent/id");
        Ok(id.and_then(|id| id.as_str()).map(str::to_owned))
    }

    /// A contact writes; to whom the chat goes.
    async fn goes_to(&self, handle: &str) -> Result<String> {
        let chat = self.bridge.write(handle, "hola").await?;
        until("the chat is given out", async || self.assignee(&chat).await).await
    }
}

#[tokio::test]
async fn a10_new_chats_go_round_among_those_who_are_here() -> Result<()> {
    let team = Team::meet().await?;
    team.distribute("ROUND_ROBIN").await?;
    // Nobody is here, so it stays nobody's; what comes later is looked at later.
    let missed = team.bridge.write("nobody", "hola").await?;
    team.rule_is_there().await?;
    let _ana = team.come(&team.company.ana, &team.company.ana_id).await?;
    for handle in ["one", "two"] {
        assert_eq!(team.goes_to(handle).await?, team.company.ana_id);
    }
    assert_eq!(team.assignee(&missed).await?, None);
    let _marek = team.come(&team.marek, &team.marek_id).await?;
    let mut turns = Vec::new();
    for handle in ["three", "four", "five", "six"] {
        turns.push(team.goes_to(handle).await?);
    }
    let (ana, marek) = (&team.company.ana_id, &team.marek_id);
    assert_eq!(turns, [marek, ana, marek, ana].map(Clone::clone));
    Ok(())
}

#[tokio::test]
async fn a10_new_chats_go_to_the_least_busy() -> Result<()> {
    let team = Team::meet().await?;
    for handle in ["one", "two"] {
        let chat_id = team.bridge.write(handle, "hola").await?;
        let take = json!({"input": {"chatId": chat_id}});
        team.company.ana.act(TAKE, take).await?;
    }
    let _ana = team.come(&team.company.ana, &team.company.ana_id).await?;
    let _marek = team.come(&team.marek, &team.marek_id).await?;
    team.distribute("LEAST_BUSY").await?;
    for handle in ["three", "four"] {
        assert_eq!(team.goes_to(handle).await?, team.marek_id, "{handle}");
    }
    let fifth = team.goes_to("five").await?;
    let sixth = team.goes_to("six").await?;
    assert_ne!(fifth, sixth, "both had two");
    Ok(())
}

/// While a bot distributes, the setting for people counts for nothing (A10, P24).
#[tokio::test]
async fn a10_while_a_bot_distributes_every_new_chat_goes_to_it_whoever_is_here() -> Result<()> {
    let team = Team::meet().await?;
    let admin = &team.company.admin;
    let create = "mutation($input: CreateBotInput!) { createBot(input: $input) { bot { id } userErrors { code } } }";
    let input = json!({"input": {"name": "Hilda", "channelIds": [team.bridge.channel_id]}});
    let bot = admin.act(create, input).await?.text("/bot/id").to_owned();
    let _ana = team.come(&team.company.ana, &team.company.ana_id).await?;
    team.distribute("ROUND_ROBIN").await?;
    let set = |bot: Option<&str>| json!({"input": {"distributionBotId": bot}});
    admin.act(CHANGE, set(Some(&bot))).await?;
    for handle in ["one", "two"] {
        assert_eq!(team.goes_to(handle).await?, bot, "{handle}");
    }
    // Ana is here and her turn would be next; what the bot has is not hers to write in.
    let held = team.bridge.write("one", "¿hola?").await?;
    let send = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }";
    let key = "0196f3a0-0000-4000-8000-00000000000b";
    let sent = json!({"input": {"chatId": held, "text": "sí", "clientMessageId": key}});
    let refused = team.company.ana.try_act(send, sent).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "ASSIGNED_TO_ANOTHER");
    admin.act(CHANGE, set(None)).await?;
    assert_eq!(team.goes_to("three").await?, team.company.ana_id);
    Ok(())
}
