using System.Diagnostics;
using System.Security.Cryptography;
using Comanda.Orders;

namespace Comanda.Printing;

/// <summary>A conversation with a printer that is connected (<see cref="TalkEscPos"/>).</summary>
internal sealed class EscPosTalk(Printer printer, Stream stream, EscPosEar ear, TalkEvents events)
{
    /// <summary>How long a proof may take, and how much more for each line: a long receipt takes its time.</summary>
    private static readonly TimeSpan ToProve = TimeSpan.FromSeconds(60), ForTwentyLines = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromSeconds(2);

    private readonly EscPosProfile profile = EscPosProfile.Of(printer);
    private string condition = Conditions.Ready;
    private bool paperLow;
    private bool leaves;
    private readonly long begun = Stopwatch.GetTimestamp();
    private long heardAt = Stopwatch.GetTimestamp();
    private long askedAt = Stopwatch.GetTimestamp();

    private Heard Now => new(condition) { Paper = condition == Conditions.PaperOut ? PaperLevel.Out : paperLow ? PaperLevel.Low : null };

    public async Task<Talked> Run(byte[] body, TimeSpan use, CancellationToken cancel)
    {
        try
        {
            var wake = !profile.MayBeSilent || printer.Answers is null;
            var cause = profile.IsSilent ? null : await TalkEscPos.Ask(stream, ear, wake, cancel);
            if (cause is EscPosSign.Closed)
                return new(TalkEnd.NotSent, new(Conditions.Busy) { WasSeen = false }, Conditions.Busy);
            if (cause is null && !profile.MayBeSilent)
                return new(TalkEnd.NotSent, new(Conditions.Silent) { WasSeen = false }, Conditions.Silent);
            if (cause is EscPosSign.Cause { Condition: not Conditions.Ready and var fault })
                return new(TalkEnd.NotSent, new(fault) { Paper = fault == Conditions.PaperOut ? PaperLevel.Out : null }, fault);
            if (!await events.Sends())
                return new(TalkEnd.NotSent, new(Conditions.Ready), "not_wanted");
            leaves = true;
            return cause is null ? await SendBlindly(body, cancel) : await Send(body, use, cancel) with { Answers = true };
        }
        catch (IOException) when (!leaves)
        {
            return new(TalkEnd.NotSent, new(Conditions.Busy) { WasSeen = false }, Conditions.Busy);
        }
        catch (IOException)
        {
            return new(TalkEnd.Doubt, Now with { WasSeen = false }, "connection_lost");
        }
    }

    /// <summary>To one that says nothing: all that can be known is that it went out.</summary>
    private async Task<Talked> SendBlindly(byte[] body, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience(body));
        try
        {
            await stream.WriteAsync(EscPosBytes.Beginning(printer.Make), patience.Token);
            await stream.WriteAsync(body, patience.Token);
            await stream.FlushAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(TalkEnd.Doubt, new(Conditions.Silent) { WasSeen = false }, "does_not_take_it");
        }

        return new(TalkEnd.Sent, new(Conditions.Ready), "never_answers") { Answers = profile.IsSilent ? null : false };
    }

    private async Task<Talked> Send(byte[] body, TimeSpan use, CancellationToken cancel)
    {
        // Automatic status, which initialising ends: only now, and nothing after it initialises again.
        await stream.WriteAsync((byte[])[.. EscPosBytes.Beginning(printer.Make), 0x1d, (byte)'a', 0xff], cancel);
        var status = await TalkEscPos.FirstStatus(ear, cancel);
        if (status is not null)
            await Hear(status);
        var id = NewId();
        var asksProcess = profile.Proof == PrintProof.ProcessId || (profile.Proof == PrintProof.AsItAnswers && status is not null);
        byte[] ask = asksProcess
            ? [0x1d, (byte)'(', (byte)'H', 6, 0, 0x30, 0x30, .. id.Select(c => (byte)c)]
            : [0x1d, (byte)'r', 1];
        var sending = stream.WriteAsync((byte[])[.. body, .. ask], cancel).AsTask();
        var patience = Patience(body);
        heardAt = Stopwatch.GetTimestamp();
        while (true)
        {
            var sign = await ear.Next(TimeSpan.FromMilliseconds(500), cancel);
            if (sign is EscPosSign.Automatic changed)
                await Hear(changed);
            if (sign is EscPosSign.Cause { Condition: var now } && status is null && now != condition)
                await Hear(now, isPaperLow: false);
            if (status is null && sending.IsCompletedSuccessfully)
                await AskAgain(cancel);
            if (sign is EscPosSign.Process { Id: var proven } && proven == id || (sign is EscPosSign.Paper && !asksProcess))
                return new(TalkEnd.Printed, Now, asksProcess ? "GS ( H" : "GS r");
            if (sign is EscPosSign.Closed || sending.IsFaulted)
                return new(TalkEnd.Doubt, Now with { WasSeen = false }, "connection_lost");
            var held = condition != Conditions.Ready;
            if (held && Stopwatch.GetElapsedTime(begun) >= use)
                return await GiveUp(cancel);
            // While it has no paper, or its cover is open, nothing is lost and no time runs.
            if (!held && Stopwatch.GetElapsedTime(heardAt) > patience)
                return new(TalkEnd.Doubt, new(Conditions.Silent) { WasSeen = false }, "no_proof");
        }
    }

    private Task Hear(EscPosSign.Automatic status) => Hear(status.Condition, status.IsPaperLow);

    private async Task Hear(string now, bool isPaperLow)
    {
        heardAt = Stopwatch.GetTimestamp();
        (condition, paperLow) = (now, isPaperLow);
        await events.Heard(Now);
    }

    /// <summary>
    /// One that has no automatic status is asked now and then how it is, once all is sent: in the middle of a picture it might take the
    /// question for dots.
    /// </summary>
    private async Task AskAgain(CancellationToken cancel)
    {
        if (Stopwatch.GetElapsedTime(askedAt) < BetweenQuestions)
            return;
        askedAt = Stopwatch.GetTimestamp();
        await stream.WriteAsync(TalkEscPos.AskCause, cancel);
    }

    /// <summary>It is of no use any more: the printer forgets it, as far as it is one that can.</summary>
    private async Task<Talked> GiveUp(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            await stream.WriteAsync(new byte[] { 0x10, 0x05, 0x02 }, patience.Token);
        }
        catch (Exception full) when (full is IOException or InvalidOperationException
            || (full is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // it takes nothing any more
        }

        return new(TalkEnd.Doubt, Now, "expired");
    }

    private static TimeSpan Patience(byte[] body) => ToProve + (ForTwentyLines * (body.Count(b => b == '\n') / 20));

    /// <summary>Four characters that the printer sends back.</summary>
    private static string NewId() => RandomNumberGenerator.GetString("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 4);
}
