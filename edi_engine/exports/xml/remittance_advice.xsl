<?xml version="1.0" encoding="UTF-8"?>
<!-- A remittance (see edi_engine.xsd) as the remittance advice that a payer would send on paper.

     No amount is reckoned here: XPath knows floating point numbers only, so every sum stands in the
     document. Amounts and days are texts that are only written another way. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:r="urn:edi-engine:records:1" exclude-result-prefixes="r">
  <xsl:output method="html" encoding="UTF-8" indent="no"/>

  <xsl:template match="/r:remittances">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <!-- Whatever a file says, the page loads nothing and runs nothing. -->
        <meta http-equiv="Content-Security-Policy"
              content="default-src 'none'; style-src 'unsafe-inline'"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>
          <xsl:text>Remittance advice</xsl:text>
          <xsl:for-each select="r:remittance[1]">
            <xsl:if test="r:payer">
              <xsl:text>: </xsl:text>
              <xsl:apply-templates select="r:payer" mode="name"/>
            </xsl:if>
            <xsl:if test="r:trace_number">, <xsl:value-of select="r:trace_number"/></xsl:if>
          </xsl:for-each>
        </title>
        <style><xsl:call-template name="style"/></style>
      </head>
      <body>
        <xsl:apply-templates select="r:remittance"/>
      </body>
    </html>
  </xsl:template>

  <xsl:template match="r:remittance">
    <main>
      <h1>Remittance advice</h1>
      <xsl:if test="@held">
        <p class="warning">This remittance is held and does not count. <xsl:value-of select="@held"/></p>
      </xsl:if>
      <div class="head">
        <xsl:call-template name="party">
          <xsl:with-param name="title">Payer</xsl:with-param>
          <xsl:with-param name="party" select="r:payer"/>
        </xsl:call-template>
        <xsl:call-template name="party">
          <xsl:with-param name="title">Payee</xsl:with-param>
          <xsl:with-param name="party" select="r:payee"/>
        </xsl:call-template>
        <xsl:call-template name="payment"/>
      </div>
      <xsl:call-template name="all-claims"/>
      <xsl:call-template name="balance"/>
      <xsl:if test="r:provider_adjustment">
        <xsl:call-template name="provider-adjustments"/>
      </xsl:if>
      <h2>Claims</h2>
      <xsl:if test="not(r:claim_payment)"><p>This remittance has no claims.</p></xsl:if>
      <xsl:apply-templates select="r:claim_payment"/>
      <xsl:call-template name="legend"/>
      <footer>
        <p>
          <xsl:text>Made from </xsl:text>
          <xsl:choose>
            <xsl:when test="r:source/r:file_name"><xsl:value-of select="r:source/r:file_name"/></xsl:when>
            <xsl:otherwise>a file without a name</xsl:otherwise>
          </xsl:choose>
          <xsl:if test="r:source/r:set_control_number">, set <xsl:value-of select="r:source/r:set_control_number"/></xsl:if>
          <xsl:if test="@remittance_id">; our remittance <xsl:value-of select="@remittance_id"/></xsl:if>
          <xsl:text>. The words for codes are ours; what counts is the code.</xsl:text>
        </p>
      </footer>
    </main>
  </xsl:template>

  <!-- The head. -->

  <xsl:template name="party">
    <xsl:param name="title"/>
    <xsl:param name="party"/>
    <section>
      <h2><xsl:value-of select="$title"/></h2>
      <xsl:choose>
        <xsl:when test="$party">
          <p class="name"><xsl:apply-templates select="$party" mode="name"/></p>
          <xsl:for-each select="$party">
            <xsl:if test="r:address_line or r:city or r:state or r:postal_code">
              <p>
                <xsl:for-each select="r:address_line"><xsl:value-of select="."/><br/></xsl:for-each>
                <xsl:value-of select="r:city"/>
                <xsl:if test="r:city and (r:state or r:postal_code)">, </xsl:if>
                <xsl:value-of select="r:state"/>
                <xsl:if test="r:state and r:postal_code"><xsl:text> </xsl:text></xsl:if>
                <xsl:apply-templates select="r:postal_code" mode="postal-code"/>
              </p>
            </xsl:if>
            <dl>
              <xsl:if test="r:identifier">
                <xsl:call-template name="fact">
                  <xsl:with-param name="name">
                    <xsl:choose>
                      <xsl:when test="r:id_qualifier = 'XX'">NPI</xsl:when>
                      <xsl:when test="r:id_qualifier = 'FI'">Tax identifier</xsl:when>
                      <xsl:otherwise>Identifier</xsl:otherwise>
                    </xsl:choose>
                  </xsl:with-param>
                  <xsl:with-param name="value" select="r:identifier"/>
                </xsl:call-template>
              </xsl:if>
              <xsl:for-each select="r:reference[r:qualifier = 'TJ' and r:value]">
                <xsl:call-template name="fact">
                  <xsl:with-param name="name">Tax identifier</xsl:with-param>
                  <xsl:with-param name="value" select="r:value"/>
                </xsl:call-template>
              </xsl:for-each>
              <xsl:for-each select="r:reference[r:qualifier = '2U' and r:value]">
                <xsl:call-template name="fact">
                  <xsl:with-param name="name">Payer identifier</xsl:with-param>
                  <xsl:with-param name="value" select="r:value"/>
                </xsl:call-template>
              </xsl:for-each>
              <xsl:for-each select="r:contact/r:number[r:value]">
                <xsl:call-template name="fact">
                  <xsl:with-param name="name">
                    <xsl:choose>
                      <xsl:when test="r:qualifier = 'TE'">Telephone</xsl:when>
                      <xsl:when test="r:qualifier = 'FX'">Fax</xsl:when>
                      <xsl:when test="r:qualifier = 'EM'">E-mail</xsl:when>
                      <xsl:when test="r:qualifier = 'UR'">Web page</xsl:when>
                      <xsl:when test="r:qualifier = 'EX'">Extension</xsl:when>
                      <xsl:otherwise>Contact</xsl:otherwise>
                    </xsl:choose>
                  </xsl:with-param>
                  <xsl:with-param name="value" select="r:value"/>
                </xsl:call-template>
              </xsl:for-each>
            </dl>
          </xsl:for-each>
        </xsl:when>
        <xsl:otherwise><p>Not named in the file.</p></xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <xsl:template name="payment">
    <section>
      <h2>Payment</h2>
      <dl>
        <div>
          <dt>Amount</dt>
          <dd class="large">
            <xsl:choose>
              <xsl:when test="r:payment_amount"><xsl:apply-templates select="r:payment_amount" mode="dollars"/></xsl:when>
              <xsl:otherwise>missing or unreadable</xsl:otherwise>
            </xsl:choose>
          </dd>
        </div>
        <xsl:call-template name="fact">
          <xsl:with-param name="name">
            <xsl:choose>
              <xsl:when test="r:method = 'CHK'">Check number</xsl:when>
              <xsl:when test="r:method = 'ACH' or r:method = 'FWT'">EFT number</xsl:when>
              <xsl:otherwise>Trace number</xsl:otherwise>
            </xsl:choose>
          </xsl:with-param>
          <xsl:with-param name="value" select="r:trace_number"/>
        </xsl:call-template>
        <div>
          <dt>Date</dt>
          <dd><xsl:call-template name="day"><xsl:with-param name="day" select="r:payment_date"/></xsl:call-template></dd>
        </div>
        <div>
          <dt>Method</dt>
          <dd><xsl:apply-templates select="r:method" mode="words"/></dd>
        </div>
        <xsl:if test="r:credit_debit_flag = 'D'">
          <div><dt>Direction</dt><dd>taken from the payee (debit)</dd></div>
        </xsl:if>
        <div>
          <dt>Handling</dt>
          <dd><xsl:apply-templates select="r:handling_code" mode="words"/></dd>
        </div>
        <xsl:if test="r:originator_id">
          <xsl:call-template name="fact">
            <xsl:with-param name="name">Company identifier</xsl:with-param>
            <xsl:with-param name="value" select="r:originator_id"/>
          </xsl:call-template>
        </xsl:if>
        <xsl:if test="r:production_date">
          <div>
            <dt>Produced</dt>
            <dd><xsl:call-template name="day"><xsl:with-param name="day" select="r:production_date"/></xsl:call-template></dd>
          </div>
        </xsl:if>
        <div><dt>Claims</dt><dd><xsl:value-of select="count(r:claim_payment)"/></dd></div>
      </dl>
    </section>
  </xsl:template>

  <xsl:template name="all-claims">
    <xsl:if test="r:claim_payment">
      <div class="scroll" tabindex="0" role="region" aria-label="All claims together">
        <table>
          <caption>All claims together, in dollars</caption>
          <thead><tr><th scope="col">Claims</th><xsl:call-template name="amount-heads"/></tr></thead>
          <tbody>
            <tr>
              <th scope="row"><xsl:value-of select="count(r:claim_payment)"/></th>
              <xsl:apply-templates select="r:claim_payment_totals" mode="cells"/>
            </tr>
          </tbody>
        </table>
      </div>
    </xsl:if>
  </xsl:template>

  <xsl:template name="balance">
    <xsl:variable name="balance" select="r:balance"/>
    <section class="together">
      <h2>Balance</h2>
      <table class="narrow">
        <caption>What the payment consists of, in dollars</caption>
        <thead><tr><th scope="col">Part</th><th scope="col" class="money">Amount</th></tr></thead>
        <tbody>
          <tr><th scope="row">Paid on claims</th><td class="money"><xsl:apply-templates select="$balance/r:claim_payments" mode="money"/></td></tr>
          <tr><th scope="row">Less provider adjustments</th><td class="money"><xsl:apply-templates select="$balance/r:provider_adjustments" mode="money"/></td></tr>
          <tr><th scope="row">Payment that follows from these</th><td class="money"><xsl:apply-templates select="$balance/r:expected_payment" mode="money"/></td></tr>
          <tr>
            <th scope="row">Payment as stated</th>
            <td class="money">
              <xsl:choose>
                <xsl:when test="$balance/r:payment"><xsl:apply-templates select="$balance/r:payment" mode="money"/></xsl:when>
                <xsl:otherwise>missing or unreadable</xsl:otherwise>
              </xsl:choose>
            </td>
          </tr>
        </tbody>
        <xsl:if test="$balance/r:difference">
          <tfoot>
            <tr><th scope="row">Difference</th><td class="money"><xsl:apply-templates select="$balance/r:difference" mode="money"/></td></tr>
          </tfoot>
        </xsl:if>
      </table>
      <xsl:choose>
        <xsl:when test="not($balance/r:payment)">
          <p class="warning">The payment amount is missing or unreadable, so nothing can be compared with it.</p>
        </xsl:when>
        <xsl:when test="$balance/@sign = 'guide'"><p>The parts add up to the payment.</p></xsl:when>
        <xsl:when test="$balance/@sign = 'inverted'">
          <p class="warning">The parts add up to the payment only when the provider adjustments are added: this payer has turned their signs around.</p>
        </xsl:when>
        <xsl:otherwise>
          <p class="warning">
            <xsl:text>The parts do not add up to the payment: it differs by </xsl:text>
            <xsl:apply-templates select="$balance/r:difference" mode="dollars"/>
            <xsl:text>.</xsl:text>
          </p>
        </xsl:otherwise>
      </xsl:choose>
    </section>
  </xsl:template>

  <xsl:template name="provider-adjustments">
    <section>
      <h2>Provider adjustments</h2>
      <table>
        <caption>
          <xsl:text>Amounts beside the claims, in dollars; a positive amount </xsl:text>
          <xsl:choose>
            <xsl:when test="r:balance/@sign = 'inverted'">raises</xsl:when>
            <xsl:otherwise>lowers</xsl:otherwise>
          </xsl:choose>
          <xsl:text> the payment</xsl:text>
          <xsl:if test="r:balance/@sign = 'inverted'"> here, against the guide</xsl:if>
        </caption>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Meaning</th>
            <th scope="col">Reference</th>
            <th scope="col">Provider</th>
            <th scope="col">Fiscal period ends</th>
            <th scope="col" class="money">Amount</th>
          </tr>
        </thead>
        <tbody>
          <xsl:for-each select="r:provider_adjustment">
            <tr>
              <th scope="row"><xsl:value-of select="r:reason_code"/></th>
              <td><xsl:apply-templates select="r:reason_code" mode="meaning"/></td>
              <td><xsl:value-of select="r:reference"/></td>
              <td><xsl:value-of select="r:provider_id"/></td>
              <td><xsl:if test="r:fiscal_period_end"><xsl:call-template name="day"><xsl:with-param name="day" select="r:fiscal_period_end"/></xsl:call-template></xsl:if></td>
              <td class="money"><xsl:apply-templates select="r:amount" mode="money"/></td>
            </tr>
          </xsl:for-each>
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colspan="5">All provider adjustments</th>
            <td class="money"><xsl:apply-templates select="r:balance/r:provider_adjustments" mode="money"/></td>
          </tr>
        </tfoot>
      </table>
    </section>
  </xsl:template>

  <!-- A claim. -->

  <xsl:template match="r:claim_payment">
    <xsl:variable name="patient" select="(r:party[r:entity_code = 'QC'] | r:party[r:entity_code = 'IL'][not(../r:party[r:entity_code = 'QC'])])[1]"/>
    <xsl:variable name="heading" select="concat('claim-', position())"/>
    <section class="claim">
      <h3 id="{$heading}">
        <xsl:text>Claim </xsl:text><xsl:value-of select="position()"/>
        <xsl:if test="$patient">
          <xsl:text>: </xsl:text><xsl:apply-templates select="$patient" mode="name"/>
        </xsl:if>
      </h3>
      <xsl:call-template name="claim-facts">
        <xsl:with-param name="patient" select="$patient"/>
      </xsl:call-template>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="{$heading}">
        <table class="lines">
          <caption>Service lines of claim <xsl:value-of select="position()"/>, in dollars</caption>
          <colgroup>
            <col class="line"/><col class="date"/><col class="procedure"/><col class="units"/>
            <col class="amount" span="9"/><col class="why"/>
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Date</th>
              <th scope="col">Procedure</th>
              <th scope="col" class="money">Units</th>
              <xsl:call-template name="amount-heads"/>
              <th scope="col">Codes</th>
            </tr>
          </thead>
          <tbody>
            <xsl:apply-templates select="r:line_payment"/>
            <xsl:apply-templates select="r:claim_level_amounts"/>
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colspan="4">Claim totals</th>
              <xsl:apply-templates select="r:claim_totals" mode="cells"/>
              <td></td>
            </tr>
          </tfoot>
        </table>
      </div>
      <xsl:if test="r:claim_totals/r:difference != '0.00'">
        <p class="warning">
          <xsl:text>This claim does not add up: its charge, adjustments and payment differ by </xsl:text>
          <xsl:apply-templates select="r:claim_totals/r:difference" mode="dollars"/>
          <xsl:text>.</xsl:text>
        </p>
      </xsl:if>
    </section>
  </xsl:template>

  <xsl:template name="claim-facts">
    <xsl:param name="patient"/>
    <xsl:variable name="insured" select="r:party[r:entity_code = 'IL'][1]"/>
    <xsl:variable name="member" select="($patient/r:identifier | $insured/r:identifier[not($patient/r:identifier)])[1]"/>
    <dl class="facts">
      <xsl:call-template name="fact">
        <xsl:with-param name="name">Patient control number</xsl:with-param>
        <xsl:with-param name="value" select="r:patient_control_number"/>
      </xsl:call-template>
      <xsl:call-template name="fact">
        <xsl:with-param name="name">Payer claim control number</xsl:with-param>
        <xsl:with-param name="value" select="r:payer_claim_control_number"/>
      </xsl:call-template>
      <div><dt>Status</dt><dd><xsl:apply-templates select="r:status_code" mode="words"/></dd></div>
      <xsl:if test="$member">
        <xsl:call-template name="fact">
          <xsl:with-param name="name">Member identifier</xsl:with-param>
          <xsl:with-param name="value" select="$member"/>
        </xsl:call-template>
      </xsl:if>
      <xsl:if test="$insured and generate-id($insured) != generate-id($patient)">
        <div><dt>Insured</dt><dd><xsl:apply-templates select="$insured" mode="name"/></dd></div>
      </xsl:if>
      <xsl:if test="r:service_from">
        <div>
          <dt>Dates of service</dt>
          <dd>
            <xsl:call-template name="days">
              <xsl:with-param name="first" select="r:service_from"/>
              <xsl:with-param name="last" select="r:service_to"/>
            </xsl:call-template>
          </dd>
        </div>
      </xsl:if>
      <xsl:for-each select="r:party[r:entity_code = '82'][1]">
        <div><dt>Rendering provider</dt><dd><xsl:apply-templates select="." mode="name-and-identifier"/></dd></div>
      </xsl:for-each>
      <xsl:for-each select="r:party[r:entity_code = '74'][1]">
        <div><dt>Corrected by the payer to</dt><dd><xsl:apply-templates select="." mode="name-and-identifier"/></dd></div>
      </xsl:for-each>
      <xsl:for-each select="r:party[r:entity_code = 'TT'][1]">
        <div><dt>Forwarded to</dt><dd><xsl:apply-templates select="." mode="name-and-identifier"/></dd></div>
      </xsl:for-each>
      <xsl:if test="r:drg_code">
        <xsl:call-template name="fact">
          <xsl:with-param name="name">DRG</xsl:with-param>
          <xsl:with-param name="value" select="r:drg_code"/>
        </xsl:call-template>
      </xsl:if>
      <xsl:if test="r:patient_responsibility">
        <div><dt>Patient responsibility</dt><dd><xsl:apply-templates select="r:patient_responsibility" mode="dollars"/></dd></div>
      </xsl:if>
      <xsl:for-each select="r:stated_amount[r:qualifier = 'I']">
        <div><dt>Interest</dt><dd><xsl:apply-templates select="r:amount" mode="dollars"/></dd></div>
      </xsl:for-each>
      <xsl:if test="r:remark">
        <div>
          <dt>Remark codes</dt>
          <dd><xsl:for-each select="r:remark"><xsl:if test="position() &gt; 1">, </xsl:if><xsl:value-of select="r:code"/></xsl:for-each></dd>
        </div>
      </xsl:if>
    </dl>
  </xsl:template>

  <xsl:template match="r:line_payment">
    <tr>
      <th scope="row"><xsl:value-of select="@line_ordinal"/></th>
      <td>
        <xsl:choose>
          <xsl:when test="r:service_from">
            <xsl:call-template name="days">
              <xsl:with-param name="first" select="r:service_from"/>
              <xsl:with-param name="last" select="r:service_to"/>
            </xsl:call-template>
          </xsl:when>
          <xsl:otherwise>
            <xsl:call-template name="days">
              <xsl:with-param name="first" select="../r:service_from"/>
              <xsl:with-param name="last" select="../r:service_to"/>
            </xsl:call-template>
          </xsl:otherwise>
        </xsl:choose>
      </td>
      <td>
        <xsl:apply-templates select="r:procedure" mode="code"/>
        <xsl:if test="r:revenue_code"><br/>revenue code <xsl:value-of select="r:revenue_code"/></xsl:if>
        <xsl:if test="r:submitted_procedure"><br/>billed as <xsl:apply-templates select="r:submitted_procedure" mode="code"/></xsl:if>
      </td>
      <td class="money">
        <xsl:choose>
          <xsl:when test="r:paid_units"><xsl:value-of select="r:paid_units"/></xsl:when>
          <xsl:otherwise>1</xsl:otherwise>
        </xsl:choose>
        <xsl:if test="r:submitted_units"><br/>billed <xsl:value-of select="r:submitted_units"/></xsl:if>
      </td>
      <xsl:apply-templates select="r:line_amounts" mode="cells"/>
      <td class="codes">
        <xsl:apply-templates select="r:adjustment"/>
        <xsl:apply-templates select="r:remark"/>
        <xsl:apply-templates select="r:line_amounts/r:difference"/>
      </td>
    </tr>
  </xsl:template>

  <!-- What stands beside the lines of a claim; of a claim without lines all of it. -->
  <xsl:template match="r:claim_level_amounts">
    <tr>
      <th scope="row" colspan="4">
        <xsl:choose>
          <xsl:when test="../r:line_payment">Beside the lines</xsl:when>
          <xsl:otherwise>Whole claim</xsl:otherwise>
        </xsl:choose>
      </th>
      <xsl:apply-templates select="." mode="cells"/>
      <td class="codes">
        <xsl:apply-templates select="../r:adjustment"/>
        <xsl:apply-templates select="r:difference"/>
      </td>
    </tr>
  </xsl:template>

  <xsl:template match="r:adjustment">
    <span class="code">
      <xsl:value-of select="r:group_code"/>
      <xsl:text>-</xsl:text>
      <xsl:value-of select="r:reason_code"/>
      <xsl:text> </xsl:text>
      <xsl:apply-templates select="r:amount" mode="money"/>
    </span>
    <xsl:text> </xsl:text>
  </xsl:template>

  <xsl:template match="r:remark">
    <span class="code"><xsl:value-of select="r:code"/></span>
    <xsl:text> </xsl:text>
  </xsl:template>

  <xsl:template match="r:difference">
    <xsl:if test=". != '0.00'">
      <span class="code">does not add up by <xsl:apply-templates select="." mode="money"/></span>
    </xsl:if>
  </xsl:template>

  <xsl:template name="amount-heads">
    <th scope="col" class="money">Billed</th>
    <th scope="col" class="money">Allowed</th>
    <th scope="col" class="money">Deductible</th>
    <th scope="col" class="money">Coinsurance</th>
    <th scope="col" class="money">Copay</th>
    <th scope="col" class="money">Contractual</th>
    <th scope="col" class="money">Denied</th>
    <th scope="col" class="money">Other</th>
    <th scope="col" class="money">Paid</th>
  </xsl:template>

  <xsl:template match="*" mode="cells">
    <xsl:for-each select="r:charge | r:allowed | r:deductible | r:coinsurance | r:copayment | r:contractual | r:denied | r:other | r:paid">
      <td class="money"><xsl:apply-templates select="." mode="money"/></td>
    </xsl:for-each>
  </xsl:template>

  <!-- The legend. -->

  <xsl:template name="legend">
    <xsl:if test="r:used_code">
      <section>
        <h2>Codes used above</h2>
        <table>
          <caption>Every code of this remittance in words</caption>
          <thead><tr><th scope="col">Kind</th><th scope="col">Code</th><th scope="col">Meaning</th></tr></thead>
          <tbody><xsl:apply-templates select="r:used_code"/></tbody>
        </table>
      </section>
    </xsl:if>
  </xsl:template>

  <xsl:template match="r:used_code">
    <tr>
      <td>
        <xsl:choose>
          <xsl:when test="@kind = 'status'">Claim status</xsl:when>
          <xsl:when test="@kind = 'group'">Group</xsl:when>
          <xsl:when test="@kind = 'reason'">Reason</xsl:when>
          <xsl:when test="@kind = 'remark'">Remark</xsl:when>
          <xsl:otherwise>Provider adjustment</xsl:otherwise>
        </xsl:choose>
      </td>
      <th scope="row"><xsl:value-of select="."/></th>
      <td><xsl:apply-templates select="." mode="meaning"/></td>
    </tr>
  </xsl:template>

  <!-- Small things. -->

  <xsl:template name="fact">
    <xsl:param name="name"/>
    <xsl:param name="value"/>
    <div>
      <dt><xsl:value-of select="$name"/></dt>
      <dd>
        <xsl:choose>
          <xsl:when test="string($value)"><xsl:value-of select="$value"/></xsl:when>
          <xsl:otherwise>none given</xsl:otherwise>
        </xsl:choose>
      </dd>
    </div>
  </xsl:template>

  <xsl:template match="*" mode="words">
    <xsl:choose>
      <xsl:when test="@words"><xsl:value-of select="@words"/> (<xsl:value-of select="."/>)</xsl:when>
      <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="*" mode="meaning">
    <xsl:choose>
      <xsl:when test="@words"><xsl:value-of select="@words"/></xsl:when>
      <xsl:otherwise>No words of ours: look it up in the public list, or ask the payer</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template match="*" mode="name">
    <xsl:value-of select="r:last_name"/>
    <xsl:if test="r:name_suffix"><xsl:text> </xsl:text><xsl:value-of select="r:name_suffix"/></xsl:if>
    <xsl:if test="r:first_name or r:middle_name">
      <xsl:if test="r:last_name">, </xsl:if>
      <xsl:value-of select="r:first_name"/>
      <xsl:if test="r:first_name and r:middle_name"><xsl:text> </xsl:text></xsl:if>
      <xsl:value-of select="r:middle_name"/>
    </xsl:if>
    <xsl:if test="not(r:last_name or r:first_name or r:middle_name)">no name given</xsl:if>
  </xsl:template>

  <xsl:template match="*" mode="name-and-identifier">
    <xsl:if test="r:last_name or r:first_name or not(r:identifier)"><xsl:apply-templates select="." mode="name"/></xsl:if>
    <xsl:if test="r:identifier"> (<xsl:value-of select="r:identifier"/>)</xsl:if>
  </xsl:template>

  <xsl:template match="*" mode="code">
    <xsl:value-of select="r:code"/>
    <xsl:for-each select="r:modifier"><xsl:text> </xsl:text><xsl:value-of select="."/></xsl:for-each>
  </xsl:template>

  <xsl:template match="*" mode="postal-code">
    <xsl:choose>
      <xsl:when test="string-length(.) = 9 and translate(., '0123456789', '') = ''">
        <xsl:value-of select="concat(substring(., 1, 5), '-', substring(., 6))"/>
      </xsl:when>
      <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="day">
    <xsl:param name="day"/>
    <xsl:choose>
      <xsl:when test="string($day)">
        <span class="day"><xsl:value-of select="concat(substring($day, 6, 2), '/', substring($day, 9, 2), '/', substring($day, 1, 4))"/></span>
      </xsl:when>
      <xsl:otherwise>unknown</xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="days">
    <xsl:param name="first"/>
    <xsl:param name="last"/>
    <xsl:call-template name="day"><xsl:with-param name="day" select="$first"/></xsl:call-template>
    <xsl:if test="string($last) and string($last) != string($first)">
      <xsl:text> to </xsl:text>
      <xsl:call-template name="day"><xsl:with-param name="day" select="$last"/></xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- "-1234.50" as "-1,234.50". -->
  <xsl:template match="*" mode="money">
    <xsl:variable name="plain" select="translate(., '-', '')"/>
    <xsl:if test="starts-with(., '-')">-</xsl:if>
    <xsl:call-template name="thousands">
      <xsl:with-param name="digits" select="substring-before($plain, '.')"/>
    </xsl:call-template>
    <xsl:text>.</xsl:text>
    <xsl:value-of select="substring-after($plain, '.')"/>
  </xsl:template>

  <xsl:template match="*" mode="dollars">
    <xsl:if test="starts-with(., '-')">-</xsl:if>
    <xsl:text>$</xsl:text>
    <xsl:call-template name="thousands">
      <xsl:with-param name="digits" select="substring-before(translate(., '-', ''), '.')"/>
    </xsl:call-template>
    <xsl:text>.</xsl:text>
    <xsl:value-of select="substring-after(., '.')"/>
  </xsl:template>

  <xsl:template name="thousands">
    <xsl:param name="digits"/>
    <xsl:variable name="length" select="string-length($digits)"/>
    <xsl:if test="$length &gt; 3">
      <xsl:call-template name="thousands">
        <xsl:with-param name="digits" select="substring($digits, 1, $length - 3)"/>
      </xsl:call-template>
      <xsl:text>,</xsl:text>
    </xsl:if>
    <xsl:choose>
      <xsl:when test="$length &gt; 3"><xsl:value-of select="substring($digits, $length - 2)"/></xsl:when>
      <xsl:otherwise><xsl:value-of select="$digits"/></xsl:otherwise>
    </xsl:choose>
  </xsl:template>

  <xsl:template name="style">
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1a1a1a; --soft: #555555; --rule: #8a8a8a; --shade: #f0f0f0; }
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #16181c; --ink: #ececec; --soft: #b4b8bf; --rule: #6f757e; --shade: #24282e; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.4 system-ui, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 84rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; }
h2 { font-size: 1.15rem; margin: 1.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .4rem; overflow-wrap: anywhere; }
p { margin: .3rem 0; overflow-wrap: anywhere; }
.head { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0 2rem; border-bottom: 2px solid var(--rule); padding-bottom: 1rem; margin-bottom: 1rem; }
.head h2 { margin-top: 0; }
.name { font-weight: 600; }
dl { margin: .3rem 0; }
dl div { display: flex; gap: .5rem; }
dt { color: var(--soft); flex: none; }
dt::after { content: ":"; }
dd { margin: 0; overflow-wrap: anywhere; }
.head dt { min-width: 9rem; }
.facts { display: flex; flex-wrap: wrap; gap: .1rem 1.5rem; }
.large { font-size: 1.15rem; font-weight: 700; }
.claim { border-top: 2px solid var(--rule); padding: .8rem 0; break-inside: avoid; }
.together { break-inside: avoid; }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
table.narrow { width: auto; min-width: 24rem; }
caption { text-align: left; color: var(--soft); padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; }
thead th { background: var(--shade); vertical-align: bottom; }
tfoot th, tfoot td { border-top: 2px solid var(--rule); font-weight: 700; }
td { overflow-wrap: anywhere; }
.money { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; }
thead .money { white-space: normal; }
.day { white-space: nowrap; }
.lines { min-width: 70rem; }
col.line { width: 4%; }
col.date { width: 8%; }
col.procedure { width: 10%; }
col.units { width: 5%; }
col.amount { width: 6.4%; }
col.why { width: 15.4%; }
.code { white-space: nowrap; margin-right: .3rem; }
.warning { border: 2px solid currentColor; padding: .5rem .75rem; font-weight: 600; }
footer { border-top: 1px solid var(--rule); margin-top: 1.5rem; color: var(--soft); font-size: .85rem; }
@page { size: letter landscape; margin: .5in .5in .6in; @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 8pt Arial, sans-serif; } }
@media print {
  :root { --paper: #ffffff; --ink: #000000; --soft: #333333; --rule: #555555; --shade: #ffffff; color-scheme: light; }
  body { font-size: 8.5pt; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 15pt; }
  h2 { font-size: 11pt; margin: 10pt 0 3pt; break-after: avoid; }
  h3 { font-size: 9.5pt; break-after: avoid; }
  table { font-size: 7.5pt; }
  th, td { padding: 1.5pt 3pt; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  tr, dl { break-inside: avoid; }
  caption, .facts { break-after: avoid; }
  .scroll { overflow: visible; }
  .lines { min-width: 0; }
  .claim { padding: 5pt 0; }
}
</xsl:template>
</xsl:stylesheet>
