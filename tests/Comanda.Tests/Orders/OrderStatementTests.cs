namespace Comanda.Tests.Orders;

/// <summary>The statement that places an order, as it is composed of the rooms' parts.</summary>
public sealed class OrderStatementTests
{
    [Fact]
    public async Task The_statement_that_places_an_order_lies_in_the_docs_as_it_runs() =>
        await Repository.ShouldHold(Path.Combine("docs", "sql", "place-order.sql"), OrderStatement.WithAll.Text + "\n");

    [Fact]
    public async Task The_statements_of_a_train_lie_there_too() => await Repository.ShouldHold(
        Path.Combine("docs", "sql", "order-train.sql"),
        string.Join(";\n\n", OrderTrain.Texts) + ";\n");

    [Fact]
    public void Every_value_of_the_statement_has_a_name_of_its_own_and_is_used()
    {
        var numbers = OrderStatement.WithAll.Numbers();
        numbers.Count.ShouldBeGreaterThan(80);
        numbers.Values.ShouldAllBe(n => System.Text.RegularExpressions.Regex.IsMatch(OrderStatement.WithAll.Text, $@"\${n}\b"));
    }
}
